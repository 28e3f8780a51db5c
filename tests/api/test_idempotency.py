"""POSTs that come twice."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import OperationalError, connection
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone
from pytest_django import Settings

from accounts import keys
from accounts.idempotency import Idempotent
from accounts.models import ApiKey, Replay
from agents.models import Agent
from scheduler_project.api import throttles
from tests.clients import client_of, person, problem_of, refused
from tests.together import at_once

pytestmark = pytest.mark.django_db
AGENTS = "/api/agents"


def post(client: Client, key: str | None = "k-1", address: str = AGENTS, **body: Any) -> Any:
    headers = {} if key is None else {"Idempotency-Key": key}
    return client.post(address, body or {"name": "helper"}, "application/json", headers=headers)


def test_the_same_request_gets_the_same_answer(own: Client) -> None:
    first, again = post(own), post(own)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.content == first.content
    for header in ("Content-Type", "Location", "ETag"):
        assert again[header] == first[header]
    assert (again["Idempotency-Replayed"], "Idempotency-Replayed" in first) == ("true", False)
    assert Agent.objects.count() == 1


def test_another_body_or_address_is_refused(own: Client) -> None:
    post(own)
    problem_of(post(own, name="another"), 422)
    problem_of(post(own, address="/api/budgets"), 422)
    assert Agent.objects.count() == 1


def test_keys_are_everybodys_own(own: Client) -> None:
    post(own)
    assert post(client_of(person("eve"))).status_code == 201
    assert Agent.objects.count() == 2


def test_without_a_key_each_counts(own: Client) -> None:
    # Its name is taken by then.
    assert [post(own, None).status_code for _ in range(2)] == [201, 400]


def test_what_was_refused_may_be_mended(own: Client) -> None:
    problem_of(post(own, name=""), 400)
    assert post(own).status_code == 201


def test_nobody_takes_no_key() -> None:
    problem_of(post(Client()), 401)
    assert not Replay.objects.exists()


@pytest.mark.parametrize("key", ["", "x" * 256, "a\tb", "ä"])
def test_bad_keys(own: Client, key: str) -> None:
    assert list(refused(post(own, key))) == ["Idempotency-Key"]


def test_what_is_shown_once_is_not_stored_readable(own: Client) -> None:
    body = {"name": "laptop"}
    first, again = (post(own, address="/api/api-keys", **body) for _ in range(2))
    assert first.json()["key"] == again.json()["key"]
    assert first.json()["key"].removeprefix(keys.PREFIX) not in Replay.objects.get().answer
    assert ApiKey.objects.count() == 1


def test_it_is_forgotten_after_a_day(own: Client) -> None:
    post(own)
    Replay.objects.update(created_at=timezone.now() - timedelta(hours=25))
    assert post(own, name="another").status_code == 201
    assert Replay.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_many_at_once_do_it_once(ann: User) -> None:
    assert len(set(at_once(10, lambda: post(client_of(ann)).content))) == 1
    assert Agent.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_an_error_of_ours_leaves_nothing(own: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any, **__: Any) -> None:
        Agent.objects.create(owner=User.objects.get(), name="half")
        raise RuntimeError

    with monkeypatch.context() as patched:
        patched.setattr("agents.services.create_agent", broken)
        problem_of(post(own), 500)
    assert not Agent.objects.exists()
    assert post(own).status_code == 201


@pytest.mark.django_db(transaction=True)
def test_a_commit_that_fails_may_be_tried_again(
    own: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone() -> None:
        raise OperationalError("server closed the connection unexpectedly")

    with monkeypatch.context() as patched:
        patched.setattr(connection, "_commit", gone)
        problem_of(post(own), 503)
    assert not Agent.objects.exists()
    assert post(own).status_code == 201


@pytest.mark.django_db(transaction=True)
def test_nothing_is_locked_while_redis_is_asked(
    own: Client, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.REQUESTS_PER_MINUTE, asked = 9, []

    def add(*_: Any) -> int:
        asked.append(connection.in_atomic_block)
        return 1

    monkeypatch.setattr(throttles.Counter, "add", add)
    assert post(own).status_code == 201
    assert asked == [False]


def views(patterns: list[Any]) -> list[Any]:
    """The view classes behind all addresses of the API."""
    found = []
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            found += views(pattern.url_patterns)
        elif isinstance(pattern, URLPattern):
            view = getattr(pattern.callback, "cls", None)
            actions = getattr(pattern.callback, "actions", None)
            found += [(view, "post" in actions if actions else hasattr(view, "post"))]
    return [each for each in found if each[0]]


def test_every_post_heeds_it() -> None:
    posts = {view for view, has_post in views(get_resolver().url_patterns) if has_post}
    assert len(posts) > 10
    tokens = {view for view in posts if view.__module__ == "accounts.api.tokens"}
    assert {view for view in posts - tokens if not issubclass(view, Idempotent)} == set()
