"""/api/spending: what one's runs have spent, added up."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from schedules import db, services
from schedules.models import Execution, Schedule
from schedules.tests.integration.money import spent
from schedules.tests.integration.scenes import pending, succeed, take
from tests.clients import client_of, person, refused, send, superuser

pytestmark = pytest.mark.django_db
Make = Callable[..., Schedule]


def ask(client: Client, query: str = "") -> Any:
    return send(client, "get", f"/api/spending?{query}").json()


@pytest.fixture
def schedule(make: Make) -> Schedule:
    """It has spent something now, an hour and three days ago, and before anybody asks."""
    found = make(name="report")
    spent(found, input_tokens=1, cost="0.25", model="a")
    spent(found, input_tokens=2, cost="0.5", model="b", hours=1)
    spent(found, input_tokens=4, model="a", hours=72, unpriced_runs=1)
    spent(found, input_tokens=8, hours=31 * 24)
    return found


def test_days_are_added_up_and_so_is_everything(own: Client, schedule: Schedule) -> None:
    found = ask(own)
    assert found["by"] == "day"
    assert (found["total"]["input_tokens"], found["total"]["cost"]) == (7, "0.750000")
    assert (found["total"]["runs"], found["total"]["unpriced_runs"]) == (3, 1)
    assert sum(row["input_tokens"] for row in found["results"]) == 7
    first = found["results"][0]
    assert first["since"].endswith("T00:00:00Z")
    assert (first["input_tokens"], first["model"], first["schedule"]) == (4, None, None)


def test_hours(own: Client, schedule: Schedule) -> None:
    rows = ask(own, "by=hour")["results"]
    assert [row["input_tokens"] for row in rows] == [4, 2, 1]
    assert [row["since"] for row in rows] == sorted(row["since"] for row in rows)


def test_models(own: Client, schedule: Schedule) -> None:
    rows = ask(own, "by=model")["results"]
    assert [(row["model"], row["input_tokens"]) for row in rows] == [("a", 5), ("b", 2)]


def test_schedules_have_their_names_also_when_they_are_gone(
    own: Client, schedule: Schedule, make: Make
) -> None:
    other = make(name="other")
    spent(other, input_tokens=16)
    spent(other, input_tokens=32, schedule_id=0)
    services.update_schedule(schedule=schedule, changes={"name": "renamed"})
    services.delete_schedule(schedule=other)
    rows = ask(own, "by=schedule")["results"]
    assert [(row["schedule_name"], row["input_tokens"]) for row in rows] == [
        *(("", 32), ("renamed", 7), ("other", 16))
    ]
    assert [row["schedule"] for row in rows][:2] == [0, schedule.pk]


def test_it_can_be_narrowed_down(own: Client, schedule: Schedule, make: Make) -> None:
    spent(make(), input_tokens=16)
    since = (db.now() - timedelta(hours=1)).isoformat().replace("+00:00", "Z")
    until = since[:14] + "00:00Z"
    for query, tokens in (
        (f"schedule={schedule.pk}", 7),
        ("schedule=0", 0),
        ("model=b", 2),
        (f"since={since}", 19),
        (f"until={until}", 4),
        (f"since={since}&model=a", 1),
        ("since=2020-01-01T00:00:00Z", 31),
    ):
        assert ask(own, query)["total"]["input_tokens"] == tokens, query


@pytest.mark.parametrize(
    ("query", "field", "words"),
    [
        ("by=week", "by", "Choose one of day, hour, owner, schedule, model."),
        ("since=yesterday", "since", "wrong format"),
        ("since=2026-01-01T00:00:00", "since", "offset"),
        ("schedule=x", "schedule", "whole number"),
        ("owner=eve", "owner", "whole number"),
        (f"schedule={10**30}", "schedule", "whole number"),
        ("group=day", "group", "Unknown parameter."),
    ],
)
def test_what_cannot_be_asked_is_refused_with_a_sentence(
    own: Client, query: str, field: str, words: str
) -> None:
    assert words in refused(send(own, "get", f"/api/spending?{query}"))[field]


def test_everybody_sees_their_own_and_staff_all(own: Client, schedule: Schedule) -> None:
    eve = client_of(person("eve"))
    assert ask(eve)["results"] == []
    assert ask(eve, f"schedule={schedule.pk}")["total"]["runs"] == 0
    staff = client_of(superuser("root"))
    assert ask(staff)["total"] == ask(own)["total"]


@pytest.fixture
def eve(schedule: Schedule) -> User:
    """Has spent something, too."""
    eve = person("eve")
    spent(schedule, owner_id=eve.pk, schedule_id=0, input_tokens=16)
    return eve


def test_owners(own: Client, staff: Client, ann: User, eve: User) -> None:
    found = ask(staff, "by=owner")
    rows = [(row["owner"], row["owner_name"], row["input_tokens"]) for row in found["results"]]
    assert rows == [(ann.pk, "ann", 7), (eve.pk, "eve", 16)]
    assert found["total"]["input_tokens"] == 23
    (mine,) = ask(own, "by=owner")["results"]
    assert (mine["owner"], mine["owner_name"], mine["input_tokens"]) == (ann.pk, "ann", 7)
    assert (mine["since"], mine["schedule"], mine["model"]) == (None, None, None)


def test_staff_ask_for_one_owner(own: Client, staff: Client, ann: User, eve: User) -> None:
    for client, owner, tokens in (
        *((staff, ann.pk, 7), (staff, eve.pk, 16), (staff, 999_999, 0), (staff, 2**62, 0)),
        *((own, ann.pk, 7), (own, eve.pk, 0), (own, 999_999, 0)),
    ):
        for by in ("day", "owner", "model"):
            found = ask(client, f"owner={owner}&by={by}")
            assert found["total"]["input_tokens"] == tokens
            assert sum(row["input_tokens"] for row in found["results"]) == tokens
            assert bool(found["results"]) == bool(tokens)


def test_executions_and_their_attempts_say_all_that_they_spent(own: Client, make: Make) -> None:
    spending = {"input_tokens": 9, "output_tokens": 8, "cached_tokens": 7, "reasoning_tokens": 6}
    spending |= {"llm_calls": 5, "tool_calls": 4}
    claimed = take(pending(make()).id)
    assert succeed(claimed, **spending, cost="0.125")
    shown = send(own, "get", f"/api/executions/{claimed.id}").json()
    task = send(own, "get", f"/api/agent-tasks/{claimed.agent_task_id}").json()
    for found in (shown, task, shown["attempts"][0]["agent_task"]):
        assert {name: found[name] for name in spending} == spending
        assert found["cost"] == "0.125000"
    assert Execution.objects.get().cost is not None
