"""What somebody came in with to /ws/executions may end, or be one too many."""

import json
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.test import Client
from pytest_django import Settings
from rest_framework_simplejwt.tokens import AccessToken

from accounts import guests, keys, sockets
from accounts.models import ApiKey
from scheduler_project.embedded.waiting import wait_until
from schedules import db
from tests.api.changes.scenes import Open, begun, change, sequences
from tests.api.sockets import WAIT, closed, token
from tests.clients import person


@pytest.fixture
def _checked_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guests, "CHECK_SECONDS", 0.1)
    monkeypatch.setattr(sockets, "BETWEEN_TOKENS_SECONDS", 0.0)


def expiring(user: User, seconds: float = 4) -> str:
    access = AccessToken.for_user(user)
    access.set_exp(lifetime=timedelta(seconds=seconds))
    return str(access)


def deactivate(user: User) -> None:
    User.objects.filter(pk=user.pk).update(is_active=False)


def change_password(user: User) -> None:
    user.set_password("another horse battery")
    user.save()


@pytest.mark.usefixtures("_checked_often")
def test_what_one_came_in_with_may_end(open_socket: Open, ann: User, web: str) -> None:
    browser = Client()
    browser.force_login(ann)
    cookie = f"sessionid={browser.cookies['sessionid'].value}"
    session = {"additional_headers": {"Cookie": cookie}, "origin": f"http://{web}"}
    key, text = keys.issue(owner=ann, name="x")
    later, expired = keys.issue(owner=ann, name="y")
    for end, opened in (
        (lambda: None, {"hello": {"token": expiring(ann)}}),
        (lambda: keys.revoke(key), {"hello": {"token": text}}),
        (lambda: _expire(later), {"hello": {"token": expired}}),
        (Session.objects.all().delete, session),
        (lambda: change_password(ann), {"user": ann}),
        (lambda: deactivate(ann), {"user": ann}),
    ):
        client = open_socket(**opened)
        begun(client)
        end()
        code, reason = closed(client)
        assert code == 4401
        assert reason.startswith("What you came in with counts no more")


def _expire(key: ApiKey) -> None:
    past = "created_at = now() - interval '2 days', expires_at = now() - interval '1 day'"
    db.fetch(f"UPDATE accounts_apikey SET {past} WHERE id = %s", (key.pk,))


@pytest.mark.usefixtures("_checked_often")
def test_a_fresh_token_goes_on(open_socket: Open, ann: User) -> None:
    client = open_socket(hello={"token": expiring(ann)})
    begun(client)
    client.send(json.dumps(token(ann)))
    with pytest.raises(TimeoutError):
        client.recv(4.5)
    (number,) = change(ann)
    assert sequences(client, 1) == [number]


@pytest.mark.usefixtures("_checked_often")
def test_no_token_of_another_user_goes_on(open_socket: Open, ann: User) -> None:
    bob = person("bob")
    client = open_socket(ann)
    begun(client)
    client.send(json.dumps(token(bob)))
    assert closed(client)[0] == 4403
    client = open_socket(ann)
    begun(client)
    client.send("whatever")
    client.send(json.dumps({"token": "x"}))
    assert closed(client)[0] == 4401


def test_a_user_has_a_few_sockets_of_any_kind(
    open_socket: Open, ann: User, settings: Settings
) -> None:
    settings.WATCHERS_PER_USER = 2
    first, second = open_socket(ann), open_socket(ann)
    begun(first), begun(second)
    assert closed(open_socket(ann))[0] == 4429
    begun(open_socket(person("bob")))
    first.close()
    assert wait_until(lambda: sockets._sockets[ann.pk] == 1, WAIT)
    begun(open_socket(ann))
