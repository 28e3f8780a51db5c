"""The page of a schedule: what it says, to whom, and what it costs to say it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from console.tests.schedule.conftest import browser_of
from scheduler_project.ids import uuid7
from schedules import services
from schedules.models import Execution, Schedule
from tests.clients import person

pytestmark = pytest.mark.django_db
SITES = ["console", "admin"]


def page(schedule: Schedule, site: str = "console", part: str = "") -> str:
    return f"/{site}/schedules/schedule/{schedule.pk}/{part}"


def ran(schedule: Schedule, ago: timedelta, state: str = "success", **fields: Any) -> Execution:
    """An execution that has ended so long ago."""
    at = datetime.now(UTC) - ago
    times = {"scheduled_for": at, "started_at": at, "finished_at": at + timedelta(seconds=3)}
    values = {"owner_id": schedule.owner_id, "schedule": schedule, "command": "say hello"}
    values |= {"trigger": "timer", "state": state, "input_tokens": 7, **times}
    return Execution.objects.create(id=uuid7(at), **(values | fields))


def text(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def test_it_says_in_plain_words_when_it_runs(anns: Client, schedule: Schedule) -> None:
    shown = text(anns, page(schedule))
    assert "At 07:30 on weekdays, Europe/Berlin" in shown
    assert "30 7 * * MON-FRI" in shown
    assert "Switched on. Next run in" in shown
    assert shown.count('data-local="plan"') == 10
    assert "Nothing has run in the past year" in shown


def test_bounds_and_policies_are_in_words(anns: Client, make: Callable[..., Schedule]) -> None:
    schedule = make(
        max_runs=3,
        jitter_seconds=20,
        end_at=datetime(2190, 3, 1, 8, tzinfo=UTC),
        overlap_policy="allow",
        max_attempts=2,
    )
    shown = text(anns, page(schedule))
    assert "Not after Monday 1 March 2190 at 09:00." in shown
    assert "At most 3 runs, of which none have been made." in shown
    assert "Each run starts up to 20 s later, at random." in shown
    assert "the next one runs beside it" in shown
    assert "up to 2 attempts" in shown
    assert shown.count('data-local="plan"') == 3


def test_its_past_is_a_calendar_charts_and_a_list(anns: Client, schedule: Schedule) -> None:
    ran(schedule, timedelta(days=3))
    failed = ran(schedule, timedelta(days=2), "failed", error_type="timed_out")
    ran(schedule, timedelta(days=500), "missed")
    response = anns.get(page(schedule))
    days = [day for week in response.context["weeks"] for day in week.days if day.state]
    assert [day.state for day in days] == ["success", "failed"]
    assert response.context["totals"] == [("failed", 1), ("success", 1)]
    assert [title for title, _ in response.context["charts"]] == ["Duration in seconds", "Tokens"]
    assert [run.state for run, *_ in response.context["runs"]] == ["failed", "success", "missed"]
    assert f"/console/schedules/execution/{failed.pk}/" in response.content.decode()


def test_costs_are_drawn_where_there_are_any(anns: Client, schedule: Schedule) -> None:
    ran(schedule, timedelta(days=3), cost="0.25")
    assert "Cost in dollars" in text(anns, page(schedule))


def test_what_does_not_recur_says_so(anns: Client, make: Callable[..., Schedule]) -> None:
    shown = text(anns, page(make(schedule_type="manual")))
    assert "Only when somebody starts it" in shown
    assert "Backfill" not in shown


@pytest.mark.parametrize("part", ["", "now/"])
@pytest.mark.parametrize("site", SITES)
def test_strangers_find_nothing(
    admin: Client, anns: Client, eves: Client, schedule: Schedule, site: str, part: str
) -> None:
    assert admin.get(page(schedule, "admin", part)).status_code == 200
    assert eves.get(page(schedule, "console", part)).status_code == 404
    assert eves.post(page(schedule, "console"), {"do": "run"}).status_code == 404
    nobody = Client().get(page(schedule, site, part))
    assert nobody.status_code == 302
    assert f"/{site}/login/" in nobody["Location"]
    assert not schedule.executions.exists()


def allowed(*codenames: str) -> Client:
    """The browser of somebody on the staff who may do that."""
    user = person("sam", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    return browser_of(user)


def test_what_staff_may_not_do_or_see_is_not_shown(schedule: Schedule) -> None:
    ran(schedule, timedelta(days=3))
    sams = allowed("view_schedule")
    shown = text(sams, page(schedule, "admin"))
    for what in ("Run now", "Backfill", "Edit", "Duplicate", "Recent runs", "past year"):
        assert what not in shown
    assert 'name="do"' not in shown
    for act in ("run", "pause", "resume", "backfill", "cancel"):
        assert sams.post(page(schedule, "admin"), {"do": act}).status_code == 403
    assert schedule.executions.count() == 1


def test_who_may_not_see_schedules_sees_none(schedule: Schedule) -> None:
    assert allowed("view_execution").get(page(schedule, "admin")).status_code == 403


def test_queries_do_not_grow(anns: Client, schedule: Schedule) -> None:
    def count() -> int:
        with CaptureQueriesContext(
            connection,
        ) as found:
            assert anns.get(page(schedule)).status_code == 200
        return len(found)

    ran(schedule, timedelta(days=1))
    few = count()
    for days in range(2, 30):
        ran(schedule, timedelta(days=days))
    assert count() == few


def test_rows_of_the_list_lead_to_it(anns: Client, admin: Client, schedule: Schedule) -> None:
    for client, site in ((anns, "console"), (admin, "admin")):
        assert f'href="{page(schedule, site)}' in text(client, f"/{site}/schedules/schedule/")


def test_a_part_of_it_follows_its_runs(anns: Client, schedule: Schedule, ann: User) -> None:
    shown = text(anns, page(schedule))
    assert f'data-live="{page(schedule, part="now/")}" data-live-schedule="{schedule.pk}"' in shown
    part = text(anns, page(schedule, part="now/"))
    assert "At 07:30 on weekdays" in part
    assert "<html" not in part


@pytest.mark.parametrize("site", SITES)
@pytest.mark.parametrize(
    ("gone", "said"),
    [
        ({"timezone": "Nowhere/Gone"}, "At 07:30 on weekdays, Nowhere/Gone"),
        ({"cron_expression": "of old"}, "Cron of old, Europe/Berlin"),
    ],
)
def test_one_whose_times_cannot_be_computed_any_more(
    anns: Client, admin: Client, schedule: Schedule, site: str, gone: dict[str, str], said: str
) -> None:
    Schedule.objects.filter(pk=schedule.pk).update(**gone)
    client = admin if site == "admin" else anns
    for part in ("", "now/", "change/"):
        shown = text(client, page(schedule, site, part))
        if part != "change/":
            assert said in shown
            assert "Its times cannot be computed: " in shown
            assert shown.count('data-local="plan"') == 1


def test_of_what_is_overdue_it_shows_the_first(anns: Client, schedule: Schedule) -> None:
    ago = datetime.now(UTC) - timedelta(days=30)
    Schedule.objects.filter(pk=schedule.pk).update(next_run_at=ago)
    shown = text(anns, page(schedule))
    assert shown.count("<td>due now</td>") == 1
    assert shown.count('data-local="plan"') == 10


@pytest.mark.parametrize("whose", ["ann", "everybody"])
def test_while_it_is_stopped_it_says_so(anns: Client, schedule: Schedule, whose: str) -> None:
    owner = schedule.owner if whose == "ann" else None
    services.stop(owner=owner, by="root", note="a disk is full")
    shown = text(anns, page(schedule))
    assert "stopped by root (a disk is full): it does not run until that is lifted." in shown
    assert "Switched on" not in shown
    assert "Next run in" not in shown
