"""How many requests anybody may make."""

import socket
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import Settings

from scheduler_project.api import throttles
from tests.clients import client_of, person, problem_of, send

pytestmark = pytest.mark.django_db
NOON = 1_800_000_000.0 // 60 * 60


@pytest.fixture(autouse=True)
def few(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three of each a minute, counted anew, at the tenth second of a minute."""
    settings.REQUESTS_PER_MINUTE = settings.ANONYMOUS_REQUESTS_PER_MINUTE = 3
    settings.SIGN_INS_PER_MINUTE = 3
    add, own = throttles.Counter.add, uuid4()
    monkeypatch.setattr(throttles.Counter, "add", lambda c, n, w: add(c, f"{own}:{n}", w))
    # On a busy machine a Redis that takes its time is not silent.
    monkeypatch.setattr(throttles, "TIMEOUT_SECONDS", 10)
    monkeypatch.setattr(throttles, "counter", throttles.Counter())
    monkeypatch.setattr(throttles.strangers, "_shut", {})
    at(monkeypatch, 10)


def at(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    monkeypatch.setattr(throttles.time, "time", lambda: NOON + seconds)


def codes(client: Client, times: int = 4) -> list[int]:
    return [client.get("/api/agents").status_code for _ in range(times)]


def test_each_user_has_a_quota(own: Client) -> None:
    assert codes(own) == [200, 200, 200, 429]
    assert codes(client_of(person("eve"))) == [200, 200, 200, 429]


def test_the_headers_say_what_is_left_and_when_there_is_more(own: Client) -> None:
    first = own.get("/api/agents")
    assert first["RateLimit-Policy"] == '"user";q=3;w=60'
    assert first["RateLimit"] == '"user";r=2;t=50'
    codes(own, 2)
    refused = own.get("/api/agents")
    assert refused["RateLimit"] == '"user";r=0;t=50'
    assert refused["Retry-After"] == "50"
    problem_of(refused, 429)


def test_the_next_minute_is_another_one(own: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    codes(own)
    at(monkeypatch, 59.9)
    assert own.get("/api/agents")["Retry-After"] == "1"
    at(monkeypatch, 60.1)
    assert codes(own) == [200, 200, 200, 429]


def test_nobody_has_one_by_address() -> None:
    docs = [Client().get("/api/schema").status_code for _ in range(4)]
    assert docs == [200, 200, 200, 429]
    elsewhere = Client(REMOTE_ADDR="192.0.2.9")
    assert elsewhere.get("/api/schema").status_code == 200


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer nonsense"}])
def test_requests_that_fail_to_sign_in_count_as_nobodys(headers: dict[str, str]) -> None:
    client = Client(headers=headers)
    assert codes(client, 2) == [401, 401]
    Client().get("/api/schema")
    problem_of(client.get("/api/agents"), 429)
    elsewhere = Client(headers=headers, REMOTE_ADDR="192.0.2.9")
    assert elsewhere.get("/api/agents").status_code == 401


def test_who_fails_too_often_is_not_looked_up_any_more(
    ann: User, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    key = bearing(f"asch_{'0' * 12}_{'x' * 43}")
    assert codes(key) == [401, 401, 401, 429]
    for client in (key, client_of(ann)):
        with django_assert_num_queries(0):
            refused = client.get("/api/agents")
        problem_of(refused, 429)
        assert refused["Retry-After"] == "50"
    assert client_of(ann).get("/healthz").status_code == 200
    at(monkeypatch, 60.1)
    assert codes(client_of(ann), 1) == [200]


def bearing(token: str) -> Client:
    return Client(headers={"Authorization": f"Bearer {token}"}, raise_request_exception=False)


def test_so_have_attempts_to_sign_in() -> None:
    body: Any = {"username": "x", "password": "y"}
    client = Client(raise_request_exception=False)
    answers = [send(client, "post", "/api/token", body | {"username": f"u{n}"}) for n in range(4)]
    assert [answer.status_code for answer in answers] == [401, 401, 401, 429]


def test_zero_is_no_limit(own: Client, settings: Settings) -> None:
    settings.REQUESTS_PER_MINUTE = 0
    assert codes(own, 10) == [200] * 10
    assert "RateLimit" not in own.get("/api/agents")


def test_a_redis_that_does_not_answer_holds_up_one_request_at_most(
    ann: User, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = 0
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.CELERY_BROKER_URL = f"redis://127.0.0.1:{silent.getsockname()[1]}/0"
        monkeypatch.setattr(throttles, "counter", throttles.Counter())
        assert codes(client_of(ann), 6) == [200] * 6
        silent.setblocking(False)
        while True:
            try:
                silent.accept()[0].close()
            except BlockingIOError:
                break
            asked += 1
    assert asked == 1
