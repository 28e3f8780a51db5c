"""/api/api-keys: keys for programs."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from accounts import keys
from accounts.models import ApiKey
from tests.clients import client_of, person, problem_of, refused, send
from tests.together import at_once

pytestmark = pytest.mark.django_db
ADDRESS = "/api/api-keys"
AGENT = {"name": "helper"}


def create(client: Client, **fields: Any) -> Any:
    return send(client, "post", ADDRESS, {"name": "laptop", **fields})


def with_key(text: str) -> Client:
    return Client(headers={"Authorization": f"Bearer {text}"}, raise_request_exception=False)


def test_it_is_shown_once_and_kept_as_a_hash(own: Client) -> None:
    made = create(own, scope="write").json()
    text = made.pop("key")
    assert re.fullmatch(r"asch_[0-9a-f]{12}_[\w-]{43}", text)
    shown = send(own, "get", f"{ADDRESS}/{made['id']}").json()
    assert shown == made
    assert send(own, "get", ADDRESS).json()["results"] == [made]
    kept = ApiKey.objects.values().get()
    assert text.rsplit("_", 1)[1] not in str(kept)


def test_one_to_write_acts_as_its_owner(own: Client, ann: User) -> None:
    client = with_key(create(own, scope="write").json()["key"])
    agent = send(client, "post", "/api/agents", AGENT).json()
    assert agent["owner"] == ann.pk
    assert send(client, "get", f"/api/agents/{agent['id']}").status_code == 200


def test_one_to_read_changes_nothing(own: Client) -> None:
    client = with_key(create(own).json()["key"])
    assert client.get("/api/agents").status_code == 200
    problem = problem_of(send(client, "post", "/api/agents", AGENT), 403)
    assert problem["detail"] == "This API key may only read."


def test_a_key_makes_and_revokes_none(own: Client) -> None:
    made = create(own, scope="write").json()
    client = with_key(made["key"])
    problem_of(create(client), 403)
    problem_of(client.get(ADDRESS), 403)
    problem_of(client.delete(f"{ADDRESS}/{made['id']}"), 403)


def test_revoked_at_once(own: Client) -> None:
    made = create(own).json()
    assert own.delete(f"{ADDRESS}/{made['id']}").status_code == 204
    problem_of(with_key(made["key"]).get("/api/agents"), 401)


@pytest.mark.parametrize("change", ["expires", "deactivated", "secret", "public"])
def test_what_voids_it(own: Client, change: str) -> None:
    text = create(own).json()["key"]
    if change == "expires":
        past = timezone.now() - timedelta(seconds=1)
        ApiKey.objects.update(created_at=past - timedelta(days=1), expires_at=past)
    elif change == "deactivated":
        User.objects.update(is_active=False)
    elif change == "secret":
        text = text[:-1] + ("a" if text[-1] != "a" else "b")
    else:
        text = text.replace("asch_", "asch_0", 1)
    response = with_key(text).get("/api/agents")
    assert response["WWW-Authenticate"] == 'Bearer realm="api"'
    problem_of(response, 401)


def test_its_use_is_noted_to_the_minute(own: Client) -> None:
    client = with_key(create(own).json()["key"])
    client.get("/api/agents")
    first = ApiKey.objects.get().last_used_at
    assert first is not None
    with CaptureQueriesContext(connection) as queries:
        client.get("/api/agents")
    assert not [query for query in queries if query["sql"].startswith("UPDATE")]
    ApiKey.objects.update(last_used_at=first - timedelta(minutes=2))
    client.get("/api/agents")
    last = ApiKey.objects.get().last_used_at
    assert last is not None
    assert last >= first


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "a\x00"}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"scope": "admin"}, "scope"),
        ({"expires_at": "2020-01-01T00:00:00Z"}, "expires_at"),
        ({"expires_at": "9999-01-01T00:00:00Z"}, "expires_at"),
        ({"expires_at": "2030-01-01T00:00:00"}, "expires_at"),
        ({"surplus": 1}, "surplus"),
    ],
)
def test_errors(own: Client, fields: dict[str, Any], field: str) -> None:
    assert list(refused(create(own, **fields))) == [field]
    assert not ApiKey.objects.exists()


def test_strangers_see_none(own: Client) -> None:
    made = create(own).json()
    stranger = client_of(person("eve"))
    assert send(stranger, "get", ADDRESS).json()["count"] == 0
    problem_of(stranger.get(f"{ADDRESS}/{made['id']}"), 404)
    problem_of(stranger.delete(f"{ADDRESS}/{made['id']}"), 404)
    problem_of(Client().get(ADDRESS), 401)


@pytest.mark.django_db(transaction=True)
def test_at_most_so_many_however_many_ask_at_once(ann: User, settings: Settings) -> None:
    settings.MAX_API_KEYS_PER_OWNER = 3
    answers = at_once(8, lambda: create(client_of(ann)).status_code)
    assert sorted(answers) == 3 * [201] + 5 * [400]


def test_the_admin_shows_and_revokes(admin: Client, ann: User) -> None:
    key, text = keys.issue(owner=ann, name="laptop", scope="read")
    page = admin.get(f"/admin/accounts/apikey/{key.pk}/change/").content.decode()
    assert "laptop" in page
    assert key.hashed not in page
    assert admin.get("/admin/accounts/apikey/add/").status_code == 403
    admin.post(f"/admin/accounts/apikey/{key.pk}/delete/", {"post": "yes"})
    assert keys.find(text) is None
