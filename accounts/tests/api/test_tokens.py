"""/api/token: sign in, refresh, sign out, and what voids a token."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from rest_framework_simplejwt.token_blacklist.models import OutstandingToken
from rest_framework_simplejwt.tokens import AccessToken, RefreshToken

from tests.clients import PASSWORD, problem_of, refused, send, signs_in
from tests.together import at_once

pytestmark = pytest.mark.django_db
AGENTS = "/api/agents"


@pytest.fixture
def ann(ann: User) -> User:
    return signs_in(ann)


@pytest.fixture
def nobody() -> Client:
    return Client(raise_request_exception=False)


def sign_in(client: Client, password: str = PASSWORD, name: str = "ann") -> Any:
    body = {"username": name, "password": password}
    return send(client, "post", "/api/token", body)


def refresh(client: Client, token: str) -> Any:
    return send(client, "post", "/api/token/refresh", {"refresh": token})


def opens(access: str) -> int:
    headers = {"Authorization": f"Bearer {access}"}
    return int(Client(headers=headers).get(AGENTS).status_code)


def test_a_pair_opens_and_is_exchanged(nobody: Client, ann: User) -> None:
    pair = sign_in(nobody).json()
    assert opens(pair["access"]) == 200
    following = refresh(nobody, pair["refresh"]).json()
    assert opens(following["access"]) == 200
    assert following["refresh"] != pair["refresh"]
    assert refresh(nobody, following["refresh"]).status_code == 200


def test_an_access_token_lasts_five_minutes(ann: User) -> None:
    assert AccessToken.for_user(ann).lifetime <= timedelta(minutes=5)


def test_a_refresh_token_is_good_once(nobody: Client, ann: User) -> None:
    token = sign_in(nobody).json()["refresh"]
    assert refresh(nobody, token).status_code == 200
    problem_of(refresh(nobody, token), 401)


@pytest.mark.django_db(transaction=True)
def test_once_also_for_twenty_at_once(nobody: Client, ann: User) -> None:
    token = sign_in(nobody).json()["refresh"]

    def one() -> int:
        return int(refresh(Client(raise_request_exception=False), token).status_code)

    assert sorted(at_once(20, one)) == [200] + 19 * [401]


def test_signing_out_voids_it(nobody: Client, ann: User) -> None:
    token = sign_in(nobody).json()["refresh"]
    assert send(nobody, "post", "/api/token/logout", {"refresh": token}).status_code == 204
    problem_of(refresh(nobody, token), 401)
    problem_of(send(nobody, "post", "/api/token/logout", {"refresh": token}), 401)


def test_another_password_voids_all_tokens_at_once(nobody: Client, ann: User) -> None:
    pair = sign_in(nobody).json()
    ann.set_password("another horse battery")
    ann.save()
    assert opens(pair["access"]) == 401
    assert "password" in problem_of(refresh(nobody, pair["refresh"]), 401)["detail"]


def test_deactivation_voids_them_too(nobody: Client, ann: User) -> None:
    pair = sign_in(nobody).json()
    User.objects.update(is_active=False)
    assert opens(pair["access"]) == 401
    problem_of(refresh(nobody, pair["refresh"]), 401)
    problem_of(sign_in(nobody), 401)


def test_so_does_deletion(nobody: Client, ann: User) -> None:
    pair = sign_in(nobody).json()
    ann.delete()
    assert opens(pair["access"]) == 401
    problem_of(refresh(nobody, pair["refresh"]), 401)


def test_one_that_nobody_was_given_is_void(nobody: Client, ann: User) -> None:
    token = RefreshToken.for_user(ann)
    OutstandingToken.objects.all().delete()
    problem_of(refresh(nobody, str(token)), 401)


@pytest.mark.parametrize("token", ["", "x", "a.b.c", 5, None, "ä", "a\x00"])
def test_nonsense(nobody: Client, token: Any) -> None:
    response = send(nobody, "post", "/api/token/refresh", {"refresh": token})
    assert response.status_code in {400, 401}
    problem_of(response, response.status_code)


def test_expired_ones_are_forgotten_at_the_next_sign_in(nobody: Client, ann: User) -> None:
    sign_in(nobody)
    OutstandingToken.objects.update(expires_at=timezone.now() - timedelta(days=1))
    sign_in(nobody)
    assert OutstandingToken.objects.count() == 1


def test_unknown_fields_are_refused(nobody: Client) -> None:
    response = send(nobody, "post", "/api/token", {"username": "a", "password": "b", "x": 1})
    assert list(refused(response)) == ["x"]


def test_whoever_guesses_is_locked_out_and_nobody_else(nobody: Client, ann: User) -> None:
    answers = [sign_in(nobody, password="wrong").status_code for _ in range(10)]
    assert answers == 9 * [401] + [429]
    problem = sign_in(nobody)
    assert problem["Retry-After"] == "900"
    assert "15 minutes" in problem_of(problem, 429)["detail"]
    elsewhere = Client(REMOTE_ADDR="192.0.2.7")
    assert sign_in(elsewhere).status_code == 200


def test_success_forgets_the_failures(nobody: Client, ann: User) -> None:
    for _ in range(2):
        for _ in range(9):
            assert sign_in(nobody, password="wrong").status_code == 401
        assert sign_in(nobody).status_code == 200


def test_the_admins_page_counts_too(nobody: Client, ann: User) -> None:
    body = {"username": "ann", "password": "wrong"}
    answers = [nobody.post("/admin/login/", body).status_code for _ in range(11)]
    assert answers[-1] == 429
    assert sign_in(nobody).status_code == 429
