"""PUT /api/scheduled-commands/by-name/{name}: make it, or change it."""

from typing import Any
from urllib.parse import quote

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django_celery_beat.models import PeriodicTask

from agents.models import Agent
from schedules.models import Schedule
from tests.clients import client_of, person, problem_of, refused
from tests.together import at_once

pytestmark = pytest.mark.django_db
CRON = {"schedule_type": "cron", "cron_expression": "0 7 * * *"}


@pytest.fixture
def order(agent: Agent) -> dict[str, Any]:
    return {"agent": agent.pk, "command": "c", **CRON}


def put(client: Client, name: str, body: Any, **headers: str) -> Any:
    named = {key.replace("_", "-"): value for key, value in headers.items()}
    address = f"/api/scheduled-commands/by-name/{quote(name, safe='')}"
    return client.put(address, body, content_type="application/json", headers=named)


@pytest.mark.parametrize(
    "name", ["plain", "a/b", "a/", "/a", "100 %", "%2F", "ünï 🐘", "a?b#c", "..", "x" * 100, "a\nb"]
)
def test_it_is_made_and_then_changed(own: Client, order: dict[str, Any], name: str) -> None:
    made = put(own, name, order)
    assert (made.status_code, made.json()["name"]) == (201, name), made.content
    again = put(own, name, order | {"command": "other", "name": name})
    assert (again.status_code, again.json()["id"]) == (200, made.json()["id"])
    assert made["Location"] == f"/api/scheduled-commands/{made.json()['id']}"
    assert "Location" not in again
    schedule = Schedule.objects.get()
    assert (schedule.name, schedule.command) == (name, "other")


def test_what_is_left_out_has_its_default(own: Client, order: dict[str, Any]) -> None:
    put(own, "a", order | {"max_runs": 5, "enabled": False})
    again = put(own, "a", order).json()
    assert (again["max_runs"], again["enabled"]) == (None, True)


def test_what_was_read_can_be_sent_back(own: Client, order: dict[str, Any]) -> None:
    made = put(own, "a", order).json()
    assert put(own, "a", made | {"command": "other"}).json()["command"] == "other"
    assert set(refused(put(own, "a", made | {"id": 1, "owner": 999}))) == {"id", "owner"}


def test_edits_of_what_was_read(own: Client, order: dict[str, Any]) -> None:
    problem_of(put(own, "a", order, If_Match="*"), 412)
    made = put(own, "a", order, If_None_Match="*")
    assert made.status_code == 201
    assert "already" in problem_of(put(own, "a", order, If_None_Match="*"), 412)["detail"]
    changed = put(own, "a", order | {"command": "d"}, If_Match=made["ETag"])
    assert changed.status_code == 200
    problem_of(put(own, "a", order, If_Match=made["ETag"]), 412)
    assert put(own, "a", order, If_Match="*")["ETag"]
    assert set(refused(put(own, "b", order, If_None_Match='"x"'))) == {"If-None-Match"}
    assert set(refused(put(own, "b", order, If_Match="x"))) == {"If-Match"}


@pytest.mark.parametrize(
    ("name", "body", "field"),
    [
        ("a", {"name": "b"}, "name"),
        (" a", {}, "name"),
        ("\x00", {}, "name"),
        ("x" * 101, {}, "name"),
        ("a", {"command": ""}, "command"),
        ("a", {"colour": "red"}, "colour"),
    ],
)
def test_what_cannot_be(
    own: Client, order: dict[str, Any], name: str, body: dict[str, Any], field: str
) -> None:
    assert set(refused(put(own, name, order | body))) == {field}
    assert not Schedule.objects.exists()


def test_others_have_names_of_their_own(own: Client, order: dict[str, Any]) -> None:
    put(own, "a", order)
    eve = person("eve")
    assert set(refused(put(client_of(eve), "a", order))) == {"agent"}
    theirs = Agent.objects.create(owner=eve, name="theirs")
    assert put(client_of(eve), "a", order | {"agent": theirs.pk}).status_code == 201
    assert Schedule.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_many_at_once_make_one(ann: User, order: dict[str, Any]) -> None:
    codes = at_once(20, lambda: put(client_of(ann), "new", order).status_code)
    assert sorted(codes) == [200] * 19 + [201]
    assert Schedule.objects.count() == 1
    assert PeriodicTask.objects.filter(name__startswith="scheduled command").count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_last_place_is_taken_once(ann: User, order: dict[str, Any], settings: Any) -> None:
    settings.MAX_SCHEDULES_PER_OWNER = 5
    for number in range(4):
        put(client_of(ann), f"old {number}", order)
    names = iter(range(10))
    codes = at_once(10, lambda: put(client_of(ann), f"new {next(names)}", order).status_code)
    assert sorted(codes) == [201] + [409] * 9
    assert Schedule.objects.count() == 5
