"""POST /api/scheduled-commands/bulk: enable, disable and delete by filter."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django_celery_beat.models import PeriodicTask

from schedules import services
from schedules.models import Definition, Execution, Schedule
from tests.clients import client_of, person, refused, send, superuser

pytestmark = pytest.mark.django_db
DAILY = {"schedule_type": "interval", "interval_value": 1, "interval_unit": "days"}
Make = Callable[..., Schedule]


def bulk(client: Client, action: str, which: Any, **rest: Any) -> Any:
    body = {"action": action, "filter": which, **rest}
    return send(client, "post", "/api/scheduled-commands/bulk", body)


def names(response: Any) -> list[str]:
    assert response.status_code == 200, response.content
    return [each["name"] for each in response.json()["scheduled_commands"]]


@pytest.fixture
def three(make: Make) -> list[Schedule]:
    """Two that are on, one that is off."""
    return [
        make(name="report a", **DAILY),
        make(name="report b", enabled=False, **DAILY),
        make(name="other", description="Also a REPORT."),
    ]


@pytest.mark.parametrize(
    ("which", "found"),
    [
        ({"all": True}, ["report a", "other"]),
        ({"enabled": True}, ["report a", "other"]),
        ({"enabled": False}, []),
        ({"schedule_type": "manual"}, ["other"]),
        ({"name_prefix": "report"}, ["report a"]),
        ({"name_prefix": "%"}, []),
        ({"search": "report"}, ["report a", "other"]),
        ({"search": "report", "schedule_type": "interval"}, ["report a"]),
        ({"ids": []}, []),
        ({"ids": [10**18]}, []),
    ],
)
@pytest.mark.parametrize("dry_run", [True, False])
def test_what_a_filter_finds(
    own: Client, three: list[Schedule], which: Any, found: list[str], dry_run: bool
) -> None:
    answer = bulk(own, "disable", which, note="a holiday", dry_run=dry_run)
    assert names(answer) == found
    assert (answer.json()["changed"], answer.json()["dry_run"]) == (len(found), dry_run)
    off = Schedule.objects.filter(note="a holiday", enabled=False, next_run_at=None)
    assert list(off.order_by("id").values_list("name", flat=True)) == ([] if dry_run else found)
    assert Definition.objects.count() == 3 + (0 if dry_run else len(found))


def test_by_ids_and_agent(own: Client, three: list[Schedule]) -> None:
    assert names(bulk(own, "delete", {"ids": [three[1].pk, three[2].pk]})) == ["report b", "other"]
    assert names(bulk(own, "delete", {"agent": three[0].agent_id})) == ["report a"]
    assert not Schedule.objects.exists()


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"filter": {}}, "filter"),
        ({"filter": {"all": False}}, "filter"),
        ({"filter": {"all": True, "enabled": True}}, "filter.all"),
        ({"filter": None}, "filter"),
        ({"filter": {"colour": "red"}}, "filter.colour"),
        ({"filter": {"ids": [0]}}, "filter.ids.0"),
        ({"filter": {"ids": [1] * 1001}}, "filter.ids"),
        ({"filter": {"agent": 999_999}}, "filter.agent"),
        ({"filter": {"search": ""}}, "filter.search"),
        ({"action": "explode"}, "action"),
        ({"action": "delete", "note": "x"}, "note"),
        ({"note": "x" * 501}, "note"),
        ({"dry_run": "perhaps"}, "dry_run"),
    ],
)
def test_what_cannot_be_meant(
    own: Client, three: list[Schedule], body: dict[str, Any], field: str
) -> None:
    order = {"action": "disable", "filter": {"all": True}} | body
    errors = refused(send(own, "post", "/api/scheduled-commands/bulk", order))
    assert set(errors) == {field}
    assert Schedule.objects.filter(enabled=True).count() == 2


def test_all_of_it_or_nothing(own: Client, make: Make) -> None:
    fine = make(name="fine", enabled=False, **DAILY)
    over = make(name="over", enabled=False, **DAILY)
    Schedule.objects.filter(pk=over.pk).update(end_at="2020-01-01T00:00:00Z")
    for dry_run in (True, False):
        errors = refused(bulk(own, "enable", {"all": True}, dry_run=dry_run))
        assert errors["filter"].startswith(f'"over" (id {over.pk}): With these times')
        assert not Schedule.objects.filter(enabled=True).exists()
    assert names(bulk(own, "enable", {"ids": [fine.pk]})) == ["fine"]
    fine.refresh_from_db()
    assert fine.next_run_at is not None
    assert PeriodicTask.objects.get(pk=fine.periodic_task_id).enabled


def test_what_goes_with_it_is_done(own: Client, three: list[Schedule]) -> None:
    waits = services.run_now(schedule=three[0])
    Execution.objects.update(not_before=None)
    bulk(own, "delete", {"all": True})
    waits.refresh_from_db()
    assert (waits.state, waits.schedule_id) == ("cancelled", None)
    assert waits.former_schedule_id == three[0].pk
    assert not PeriodicTask.objects.filter(name__startswith="scheduled command").exists()


def test_it_is_ones_own_only(three: list[Schedule]) -> None:
    for who in (person("eve"), superuser("root")):
        for which in ({"all": True}, {"ids": [three[0].pk]}, {"search": "report"}):
            answer = bulk(client_of(who), "delete", which)
            assert answer.json()["matched"] == 0
    assert Schedule.objects.count() == 3


@pytest.mark.parametrize("action", ["disable", "enable", "delete"])
def test_the_number_of_queries_does_not_grow(own: Client, make: Make, action: str) -> None:
    counts = []
    for size in (3, 20):
        for number in range(size):
            make(name=f"{size} {number}", enabled=action != "enable", **DAILY)
        with CaptureQueriesContext(connection) as queries:
            assert bulk(own, action, {"name_prefix": f"{size} "}).json()["changed"] == size
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_repeated_request_is_answered_once(own: Client, ann: User, make: Make) -> None:
    make()
    body = {"action": "delete", "filter": {"all": True}}
    sent = [
        own.post(
            "/api/scheduled-commands/bulk",
            body,
            content_type="application/json",
            headers={"Idempotency-Key": "k"},
        ).json()
        for _ in range(2)
    ]
    assert sent[0] == sent[1]
    assert sent[0]["changed"] == 1
