"""Export and import: one's scheduled commands as a document that can be kept in git."""

from collections.abc import Callable
from typing import Any

import pytest
import yaml
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django_celery_beat.models import PeriodicTask
from pytest_django import Settings

from agents.models import Agent
from schedules.models import Definition, Schedule
from tests.clients import client_of, person, problem_of, refused, superuser
from tests.together import at_once

pytestmark = pytest.mark.django_db
ADDRESS = "/api/scheduled-commands"
Make = Callable[..., Schedule]
VARIETY: list[dict[str, Any]] = [
    {"name": "zeta", "schedule_type": "cron", "cron_expression": "0 7 * * MON-FRI"},
    {
        "name": "Alpha",
        "schedule_type": "cron",
        "cron_expression": "@daily",
        "timezone": "Asia/Tokyo",
    },
    {"name": "yes", "command": "no: 'quotes' # & *x\n\tüñ 🐘\n", "enabled": False},
    {"name": "null", "description": "1e3", "command": "2030-01-01T00:00:00Z"},
    {"name": "every", "schedule_type": "interval", "interval_value": 2, "interval_unit": "days"},
    {"name": "once", "schedule_type": "once", "run_at": "2190-01-01T00:00:00Z", "max_attempts": 3},
    {"name": "a/b %2F", "max_runs": 5, "overlap_policy": "allow", "missed_policy": "all"},
    {"name": "ends", "start_at": "2100-01-01T00:00:00+02:00", "end_at": "2100-02-01T00:00:00Z"},
]


def export(client: Client, kind: str = "application/yaml") -> str:
    answer = client.get(f"{ADDRESS}/export", headers={"Accept": kind})
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith(kind)
    return answer.content.decode()


def load(client: Client, text: Any, query: str = "", **headers: str) -> Any:
    kind = "application/yaml" if isinstance(text, str) else "application/json"
    sent = text.encode() if isinstance(text, str) else text
    return client.post(f"{ADDRESS}/import{query}", sent, content_type=kind, headers=headers)


def done(answer: Any) -> dict[str, list[str]]:
    assert answer.status_code == 200, answer.content
    return {name: found for name, found in answer.json().items() if found and name != "dry_run"}


def entries(*changes: dict[str, Any]) -> dict[str, Any]:
    usual = {"agent": "helper", "command": "say hello", "schedule_type": "manual"}
    return {"scheduled_commands": [usual | each for each in changes]}


@pytest.fixture
def eve(agent: Agent) -> Client:
    """Somebody else, whose agent has the same name."""
    owner = person("eve")
    Agent.objects.create(owner=owner, name=agent.name)
    return client_of(owner)


def test_there_and_back(own: Client, agent: Agent, eve: Client) -> None:
    assert len(done(load(own, entries(*VARIETY)))["created"]) == len(VARIETY)
    text = export(own)
    assert len(done(load(eve, text))["created"]) == len(VARIETY)
    assert export(eve) == text
    assert done(load(own, text)) == {"unchanged": sorted(each["name"] for each in VARIETY)}
    as_json = own.get(f"{ADDRESS}/export?format=json").json()
    assert as_json == yaml.safe_load(text)
    assert done(load(eve, as_json)).keys() == {"unchanged"}


def test_an_export_has_what_is_needed_and_no_more(own: Client, make: Make) -> None:
    make(name="b", command="Look.\nTwice.", timeout_seconds=60)
    make(name="a")
    assert export(own) == (
        "version: 1\n"
        "scheduled_commands:\n"
        "- name: a\n  agent: helper\n  command: say hello\n  schedule_type: manual\n"
        "- name: b\n  agent: helper\n  command: |-\n    Look.\n    Twice.\n"
        "  schedule_type: manual\n  timeout_seconds: 60\n"
    ).replace("|-\n    Look.\n    Twice.", "'Look.\n\n    Twice.'")
    assert export(client_of(superuser("root"))) == "version: 1\nscheduled_commands: []\n"


def test_made_changed_left_and_deleted(own: Client, make: Make) -> None:
    make(name="same")
    old = make(name="old", schedule_type="interval", interval_value=1, interval_unit="days")
    make(name="other")
    text = entries({"name": "same"}, {"name": "old", "enabled": False}, {"name": "new"})
    expected = {"created": ["new"], "updated": ["old"], "unchanged": ["same"]}
    for query in ("?dry_run=true", "?dry_run=true&prune=true"):
        found = done(load(own, text, query))
        assert found == expected | ({"deleted": ["other"]} if "prune" in query else {})
        assert Schedule.objects.filter(name__in=["same", "old", "other"]).count() == 3
    definitions = Definition.objects.count()
    assert done(load(own, text, "?prune=true")) == expected | {"deleted": ["other"]}
    old.refresh_from_db()
    assert (old.schedule_type, old.enabled, old.next_run_at) == ("manual", False, None)
    assert not PeriodicTask.objects.get(pk=old.periodic_task_id).enabled
    assert set(Schedule.objects.values_list("name", flat=True)) == {"same", "old", "new"}
    assert Definition.objects.count() == definitions + 3


@pytest.mark.parametrize(
    ("second", "field"),
    [
        ({"name": "b", "agent": "nobody"}, "agent"),
        ({"name": "b", "agent": 1}, "agent"),
        ({"name": "b", "colour": "red"}, "colour"),
        ({"name": "b", "id": 5}, "id"),
        ({"name": "a"}, "name"),
        ({"name": "b", "schedule_type": "cron", "cron_expression": "* * * * *"}, "cron_expression"),
        ({"name": "b", "timeout_seconds": 10**9}, "timeout_seconds"),
        ({"name": "b", "command": ""}, "command"),
        ({"name": "there", "schedule_type": "once"}, "run_at"),
    ],
)
def test_errors_name_entry_and_field_and_nothing_is_done(
    own: Client, make: Make, second: dict[str, Any], field: str
) -> None:
    make(name="there")
    errors = refused(load(own, entries({"name": "a"}, second)))
    assert set(errors) == {f"scheduled_commands.1.{field}"}
    assert Schedule.objects.count() == 1


BOMB = "a: &a [x,x]\n" + "".join(f"{b}: &{b} [*{a},*{a}]\n" for a, b in ("ab", "bc", "cd"))


@pytest.mark.parametrize(
    "text",
    [
        *(BOMB, "[" * 5000 + "]" * 5000, "a: [", "a: 1\na: 2", "!!python/object:os.system {}"),
        *("\x00", "a: \ud800".encode("utf-8", "surrogatepass").decode("latin-1"), "? [a]\n: b"),
        *("version: 2\nscheduled_commands: []", "scheduled_commands: {}", "[]", "x", ""),
        *("scheduled_commands: [.inf]", "scheduled_commands: [{name: no}]", "--- a\n--- b"),
        'scheduled_commands: ["\\0"]',
    ],
)
def test_what_is_no_document(own: Client, text: str) -> None:
    problem_of(load(own, text), 400)


def test_the_limit_holds(own: Client, make: Make, settings: Settings) -> None:
    settings.MAX_SCHEDULES_PER_OWNER = 2
    make(name="old")
    two = entries({"name": "a"}, {"name": "b"})
    assert "more than the 2" in problem_of(load(own, two), 409)["detail"]
    assert done(load(own, two, "?prune=true"))["deleted"] == ["old"]


@pytest.mark.django_db(transaction=True)
def test_the_limit_holds_for_many_at_once(ann: User, agent: Agent, settings: Settings) -> None:
    settings.MAX_SCHEDULES_PER_OWNER = 3
    texts = iter(entries({"name": f"{n} a"}, {"name": f"{n} b"}) for n in range(8))
    codes = at_once(8, lambda: load(client_of(ann), next(texts)).status_code)
    assert sorted(codes) == [200] + [409] * 7
    assert Schedule.objects.count() == 2


def test_the_number_of_queries_does_not_grow(own: Client, agent: Agent) -> None:
    # Makes what PeriodicTasks share.
    load(own, entries({"name": "first"}))
    counts = []
    for size in (2, 15):
        fresh = entries(*({"name": f"{size} {n}"} for n in range(size)))
        changed = entries(*({"name": f"{size} {n}", "enabled": False} for n in range(size)))
        found = []
        for act in (
            lambda fresh=fresh: load(own, fresh),
            lambda changed=changed: load(own, changed),
            lambda: own.get(f"{ADDRESS}/export"),
            lambda: load(own, entries(), "?prune=true"),
        ):
            with CaptureQueriesContext(connection) as queries:
                assert act().status_code == 200
            found.append(len(queries))
        counts.append(found)
    assert counts[0] == counts[1]


def test_a_repeated_import_is_answered_once(own: Client, agent: Agent) -> None:
    key = {"Idempotency-Key": "k"}
    first, second = (load(own, entries({"name": "a"}), **key) for _ in range(2))
    assert done(first) == done(second) == {"created": ["a"]}
