"""Every refusal of the API is a problem (RFC 9457), wherever in the stack it comes from."""

import json
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import path
from rest_framework import exceptions, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from agents.models import Agent
from scheduler_project import urls
from scheduler_project.api import problems
from scheduler_project.api.serializers import OwnedField, StrictSerializer
from scheduler_project.errors import Conflict
from tests.clients import client_of, person, problem_of, refused, send

RAISED: dict[str, Exception] = {
    "fields": ValidationError({"name": "Too short.", "__all__": ["Both are set."]}),
    "list": ValidationError(["It is late."]),
    "conflict": Conflict("It is being deleted."),
    "forbidden": PermissionDenied("Not on Sundays."),
    "throttled": exceptions.Throttled(wait=7.2),
    "bug": RuntimeError("secret details"),
}


class Inner(StrictSerializer):
    count = serializers.IntegerField()


class Body(StrictSerializer):
    id = serializers.IntegerField(read_only=True)
    name = serializers.CharField(max_length=5)
    agent = OwnedField(queryset=Agent.objects.all(), required=False)
    inner = Inner(required=False)
    items = Inner(many=True, required=False)


class Echo(APIView):
    """Takes a Body, or raises what the query names."""

    authentication_classes: list[Any] = []
    permission_classes: list[Any] = []

    def get(self, request: Request) -> Response:
        raise RAISED[request.GET["raise"]]

    def post(self, request: Request) -> Response:
        body = Body(data=request.data, context={"request": request})
        body.is_valid(raise_exception=True)
        return Response({"name": body.validated_data["name"]})


urlpatterns = [path("api/echo", Echo.as_view()), *urls.urlpatterns]
handler400, handler403 = urls.handler400, urls.handler403
handler404, handler500 = urls.handler404, urls.handler500

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


@pytest.fixture
def nobody() -> Client:
    return client_of(None)


def echo(client: Client, body: Any) -> Any:
    return send(client, "post", "/api/echo", body)


def test_django_validation_errors(nobody: Client) -> None:
    assert refused(nobody.get("/api/echo?raise=fields")) == {
        "name": "Too short.",
        "": "Both are set.",
    }
    assert refused(nobody.get("/api/echo?raise=list")) == {"": "It is late."}


def test_conflict(nobody: Client) -> None:
    assert problem_of(nobody.get("/api/echo?raise=conflict"), 409)["detail"] == (
        "It is being deleted."
    )


def test_forbidden(nobody: Client) -> None:
    assert problem_of(nobody.get("/api/echo?raise=forbidden"), 403)["detail"] == "Not on Sundays."


def test_throttled_says_when_to_come_back(nobody: Client) -> None:
    response = nobody.get("/api/echo?raise=throttled")
    problem_of(response, 429)
    assert response["Retry-After"] == "8"


def test_our_own_errors_say_nothing_of_their_cause(nobody: Client) -> None:
    response = nobody.get("/api/echo?raise=bug")
    problem_of(response, 500)
    assert b"secret" not in response.content


def test_wrong_method_names_the_right_ones(nobody: Client) -> None:
    response = nobody.delete("/api/echo")
    problem_of(response, 405)
    assert response["Allow"] == "GET, POST, HEAD, OPTIONS"


def test_wrong_types(nobody: Client) -> None:
    problem_of(nobody.post("/api/echo", "name=x", content_type="text/plain"), 415)
    problem_of(nobody.get("/api/echo?raise=list", headers={"Accept": "image/png"}), 406)


@pytest.mark.parametrize("body", ['{"name": ', "", "[1", '{"name": NaN}', "\xff", '{"a": 1,}'])
def test_malformed_json(nobody: Client, body: str) -> None:
    response = nobody.post("/api/echo", body.encode("latin-1"), content_type="application/json")
    if body == "":
        assert refused(response) == {"name": "This field is required."}
    else:
        detail = problem_of(response, 400)["detail"]
        assert detail.startswith("The body is not valid JSON: ")


@pytest.mark.parametrize("body", [[], [{"name": "x"}], "text", 5, None, True])
def test_body_is_no_object(nobody: Client, body: Any) -> None:
    response = nobody.post("/api/echo", json.dumps(body), "application/json")
    assert list(refused(response)) in ([""], ["name"])


def test_nested_fields_are_joined_by_dots(nobody: Client) -> None:
    body = {"name": "x", "inner": {"count": "no"}, "items": [{"count": 1}, {"count": []}]}
    assert list(refused(echo(nobody, body))) == ["inner.count", "items.1.count"]


def test_unknown_fields_are_refused_together_with_bad_ones(nobody: Client) -> None:
    errors = refused(echo(nobody, {"nmae": "x", "zzz": 1, "inner": {"count": 1, "x": 2}}))
    assert errors["nmae"] == "Unknown field. Did you mean name?"
    assert errors["zzz"] == "Unknown field."
    assert errors["inner.x"] == "Unknown field."
    assert errors["name"] == "This field is required."


def test_read_only_fields_may_come_back(nobody: Client) -> None:
    assert echo(nobody, {"name": "x", "id": 7}).status_code == 200


@pytest.mark.parametrize("text", ["a\x00b", "\ud800", "x" * 6])
def test_text_that_cannot_be_stored(nobody: Client, text: str) -> None:
    assert list(refused(echo(nobody, {"name": text}))) == ["name"]


def test_odd_keys_are_named_readably(nobody: Client) -> None:
    long = "k" * 100_000
    errors = refused(echo(nobody, {"name": "x", "\ud800": 1, "a\x00": 2, long: 3}))
    assert set(errors) == {"\\ud800", "a\\x00", "k" * 199 + "…"}


def test_a_thousand_unknown_fields_are_not_all_named(nobody: Client) -> None:
    assert len(refused(echo(nobody, {f"k{n}": n for n in range(1000)}))) < 25


@pytest.mark.parametrize("key", ["1e400", "-1e400", "1.5", '"x"', "[1]", "{}", "true", "9" * 40])
def test_references_that_are_no_reference(nobody: Client, key: str) -> None:
    body = f'{{"name": "x", "agent": {key}}}'
    response = nobody.post("/api/echo", body, content_type="application/json")
    assert list(refused(response)) == ["agent"]


def test_nobody_can_refer_to_anything(nobody: Client) -> None:
    agent = Agent.objects.create(owner=person("ann"), name="hers")
    errors = refused(echo(nobody, {"name": "x", "agent": agent.pk}))
    assert "none of yours" in errors["agent"]


@pytest.mark.parametrize("address", ["/api/nope", "/api/nope/", "/api/a/b/c", "/scheduler/nope"])
@pytest.mark.parametrize("method", ["get", "post", "delete"])
@pytest.mark.parametrize("debug", [True, False])
def test_unknown_addresses(address: str, method: str, debug: bool, settings: Any) -> None:
    settings.DEBUG = debug
    client = Client(enforce_csrf_checks=True)
    problem_of(getattr(client, method)(address), 404)


def test_pages_outside_the_api_stay_pages(nobody: Client) -> None:
    response = nobody.get("/nope")
    assert response.status_code == 404
    assert response["Content-Type"].startswith("text/html")


def test_unknown_host(nobody: Client) -> None:
    problem_of(nobody.get("/api/agents", headers={"Host": "evil.example"}), 400)
    assert nobody.get("/", headers={"Host": "evil.example"}).status_code == 400


def test_errors_outside_drf(rf: Any) -> None:
    request, page = rf.get("/api/x"), rf.get("/x")
    problem_of(problems.handler500(request), 500)
    problem_of(problems.handler403(request, PermissionDenied()), 403)
    problem_of(problems.handler404(request, Exception()), 404)
    assert problems.handler500(page)["Content-Type"].startswith("text/html")
    assert problems.handler403(page, PermissionDenied()).status_code == 403
