"""What happens to a request before a view sees it: slashes, sign-in, DEV_USER."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.contrib.auth.models import User
from django.db import OperationalError, connections
from django.test import AsyncClient, Client
from rest_framework_simplejwt.tokens import RefreshToken

from tests.clients import PASSWORD, client_of, person, problem_of, refused, send, signs_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def ann(ann: User) -> User:
    return signs_in(ann)


def sign_in(**changes: Any) -> Any:
    body = {"username": "ann", "password": PASSWORD} | changes
    return send(client_of(None), "post", "/api/token", body)


class TestSlash:
    def test_a_post_with_a_slash_keeps_its_body(self, ann: User) -> None:
        for address in ("/api/agents", "/api/agents/"):
            response = send(client_of(ann), "post", address, {"name": address})
            assert response.status_code == 201
            assert response.json()["name"] == address

    def test_details_and_other_addresses(self, ann: User) -> None:
        client = client_of(ann)
        made = send(client, "post", "/api/agents", {"name": "x"}).json()["id"]
        assert client.get(f"/api/agents/{made}/").status_code == 200
        assert client.get("/api/schema/").status_code == 200
        assert client.get("/api/").status_code == 200
        assert client.get("/admin").headers["Location"] == "/admin/"
        problem_of(client.get(f"/api/agents/{made}//"), 404)

    @pytest.mark.django_db(transaction=True)
    def test_under_asgi(self, ann: User) -> None:
        headers = {"Authorization": f"Bearer {RefreshToken.for_user(ann).access_token}"}

        async def make() -> Any:
            body = {"name": "x"}
            try:
                return await AsyncClient().post(
                    "/api/agents/", body, "application/json", headers=headers
                )
            finally:
                # The view ran in another thread, and so on a connection of its own.
                await sync_to_async(connections.close_all)()

        assert asyncio.run(make()).status_code == 201


class TestTokens:
    def test_the_whole_way(self, ann: User) -> None:
        pair = sign_in().json()
        assert set(pair) == {"access", "refresh"}
        answer = send(client_of(None), "post", "/api/token/refresh", {"refresh": pair["refresh"]})
        access = answer.json()["access"]
        assert set(answer.json()) == {"access", "refresh"}
        headers = {"Authorization": f"Bearer {access}"}
        assert Client(headers=headers).get("/api/agents").status_code == 200

    def test_wrong_credentials(self, ann: User) -> None:
        response = sign_in(password="wrong")
        problem_of(response, 401)
        assert response["WWW-Authenticate"] == 'Bearer realm="api"'
        problem_of(sign_in(username="nobody"), 401)

    def test_bad_input(self, ann: User) -> None:
        assert set(refused(sign_in(username="a\x00"))) == {"username"}
        assert set(refused(sign_in(password=["x"]))) == {"password"}
        assert set(refused(sign_in(otp="1"))) == {"otp"}
        assert set(refused(send(client_of(None), "post", "/api/token", {}))) == {
            "username",
            "password",
        }

    def test_refused_refresh_tokens(self, ann: User) -> None:
        expired = RefreshToken.for_user(ann)
        expired.set_exp(lifetime=-timedelta(seconds=1))
        access = str(RefreshToken.for_user(ann).access_token)
        for token in ("nonsense", str(expired), access, "\x01"):
            answer = send(client_of(None), "post", "/api/token/refresh", {"refresh": token})
            problem_of(answer, 401)

    def test_a_deleted_or_inactive_user_gets_no_access(self, ann: User) -> None:
        token = str(RefreshToken.for_user(ann))
        signed_in = client_of(ann)
        User.objects.update(is_active=False)
        for gone in (False, True):
            if gone:
                User.objects.all().delete()
            answer = send(client_of(None), "post", "/api/token/refresh", {"refresh": token})
            problem_of(answer, 401)
            problem_of(signed_in.get("/api/agents"), 401)

    def test_unusable_authorization(self) -> None:
        for header in ("Bearer", "Bearer a b", "Bearer \xff", "Basic YTpi", "nonsense"):
            response = Client(headers={"Authorization": header}).get("/api/agents")
            problem_of(response, 401)


class TestSession:
    def test_posts_need_the_csrf_token(self, ann: User) -> None:
        client = Client(enforce_csrf_checks=True)
        client.force_login(ann)
        assert client.get("/api/agents").status_code == 200
        problem_of(send(client, "post", "/api/agents", {"name": "x"}), 403)


class TestDevUser:
    @pytest.fixture(autouse=True)
    def dev_user(self, settings: Any) -> None:
        settings.DEBUG = True
        settings.DEV_USER = "ann"

    def test_everything_is_done_by_that_user(self, ann: User) -> None:
        client = Client(enforce_csrf_checks=True)
        made = send(client, "post", "/api/agents", {"name": "x"})
        assert made.status_code == 201
        assert made.json()["owner"] == ann.pk
        assert client.get("/admin/").status_code == 302
        User.objects.update(is_staff=True, is_superuser=True)
        assert client.get("/admin/").status_code == 200

    def test_only_with_debug(self, ann: User, settings: Any) -> None:
        settings.DEBUG = False
        problem_of(Client().get("/api/agents"), 401)

    @pytest.mark.parametrize("flags", [None, {"is_active": False}])
    def test_nobody_of_that_name(self, flags: Any) -> None:
        if flags:
            person("ann", **flags)
        client = Client(raise_request_exception=False)
        assert "DEV_USER is 'ann'" in problem_of(client.get("/api/agents"), 500)["detail"]
        page = client.get("/admin/")
        assert page.status_code == 500
        assert "DEV_USER is 'ann'" in page.content.decode()
        assert not User.objects.filter(is_active=True).exists()
        assert Client().get("/healthz").status_code == 200

    def test_pages_of_other_sites_stay_out(self, ann: User) -> None:
        for origin in ("http://evil.example", "null"):
            response = Client().post(
                "/api/agents", {"name": "x"}, "application/json", headers={"Origin": origin}
            )
            problem_of(response, 403)
        same = {"Origin": "http://testserver"}
        response = Client().post("/api/agents", {"name": "x"}, "application/json", headers=same)
        assert response.status_code == 201

    def test_a_token_outranks_it(self, ann: User) -> None:
        bob = person("bob")
        made = send(client_of(bob), "post", "/api/agents", {"name": "x"}).json()
        assert made["owner"] == bob.pk


class TestHealth:
    def test_ok(self) -> None:
        response = Client().get("/healthz")
        assert (response.status_code, response.content) == (200, b"ok")
        assert Client().post("/healthz").status_code == 405

    def test_database_down(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def down() -> None:
            raise OperationalError("no route to host 10.0.0.1")

        monkeypatch.setattr("scheduler_project.health.connection.cursor", down)
        response = Client().get("/healthz")
        assert response.status_code == 503
        assert b"10.0.0.1" not in response.content


class TestPages:
    def test_the_root_leads_to_the_console(self) -> None:
        assert Client().get("/").headers["Location"] == "/console/"

    def test_documentation_works_offline(self) -> None:
        page = Client().get("/api/docs").content.decode()
        assert "/static/drf_spectacular_sidecar/swagger-ui-dist/swagger-ui-bundle.js" in page
        assert "http://" not in page
        assert "https://" not in page
        assert "//cdn" not in page

    def test_schema_is_openapi_3_1(self) -> None:
        schema = Client().get("/api/schema", headers={"Accept": "application/json"})
        assert schema.status_code == 200
        assert schema.json()["openapi"].startswith("3.1")
