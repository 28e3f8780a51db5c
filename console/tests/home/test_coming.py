"""What is planned: every run of a few schedules, the next one of each of many."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import RequestFactory

from console.home import coming
from console.home.coming import Coming
from console.home.page import Home
from console.sites import owners
from schedules.models import Schedule

pytestmark = pytest.mark.django_db
NOW = datetime(2040, 5, 6, 10, 20, tzinfo=UTC)
FIRST = NOW.replace(minute=0)


@pytest.fixture
def at(make: Callable[..., Schedule]) -> Callable[..., Schedule]:
    """A schedule of ann's that is next due at a time."""

    def create(name: str, due: datetime, **fields: Any) -> Schedule:
        schedule = make(name, **fields)
        Schedule.objects.filter(pk=schedule.pk).update(next_run_at=due)
        return schedule

    return create


def seen_by(user: User) -> Coming:
    request = RequestFactory().get("/")
    request.user = user
    page = Home(site=owners)
    page.setup(request)
    return coming.section(page, NOW)


def counts(found: Coming) -> list[float]:
    (series,) = found.chart.series
    return list(series.values)


def test_each_run_of_the_day_is_counted(ann: User, at: Callable[..., Schedule]) -> None:
    at("hourly", FIRST + timedelta(hours=1))
    at(
        "at 11:30",
        FIRST + timedelta(hours=1, minutes=30),
        cron_expression="30 11 * * *",
        schedule_type="cron",
    )
    found = seen_by(ann)
    assert found.all_runs
    assert counts(found) == [0, 2, *[1] * 22]
    assert found.total == 24
    assert [each.schedule.name for each in found.next][:3] == ["hourly", "at 11:30", "hourly"]
    assert found.next[0].left == timedelta(minutes=40)
    assert len(found.next) == 10


def test_runs_end_with_their_schedule(ann: User, at: Callable[..., Schedule]) -> None:
    at("three runs", FIRST + timedelta(hours=2), max_runs=3)
    at("until two", FIRST + timedelta(hours=3), end_at=FIRST + timedelta(hours=4, minutes=1))
    assert counts(seen_by(ann)) == [0, 0, 1, 2, 2, *[0] * 19]


def test_what_is_overdue_is_of_this_hour(ann: User, at: Callable[..., Schedule]) -> None:
    at("late", FIRST - timedelta(hours=3), max_runs=1)
    found = seen_by(ann)
    assert counts(found)[0] == found.total == 1


def test_after_a_long_stop_it_goes_on_from_now(ann: User, at: Callable[..., Schedule]) -> None:
    """The missed policy makes one run of what is overdue."""
    fields = {"schedule_type": "cron", "cron_expression": "*/5 * * * *"}
    at("every 5 minutes", NOW - timedelta(days=6), **fields)
    found = seen_by(ann)
    assert counts(found) == [8, *[12] * 23]
    assert [each.left for each in found.next][1:3] == [timedelta(minutes=5), timedelta(minutes=10)]


def test_one_that_cannot_be_computed_hides_no_other(ann: User, at: Callable[..., Schedule]) -> None:
    gone = at("gone", FIRST + timedelta(hours=2))
    Schedule.objects.filter(pk=gone.pk).update(timezone="Nowhere/Gone")
    at("hourly", FIRST + timedelta(hours=1))
    assert counts(seen_by(ann)) == [0, 1, 2, *[1] * 21]


def test_so_many_runs_are_not_computed(
    ann: User, at: Callable[..., Schedule], monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(3):
        at(f"hourly {n}", FIRST + timedelta(hours=1))
    monkeypatch.setattr(coming, "MOST_RUNS", 3 * 23)
    assert seen_by(ann).all_runs
    monkeypatch.setattr(coming, "MOST_RUNS", 3 * 23 - 1)
    found = seen_by(ann)
    assert not found.all_runs
    assert counts(found) == [0, 3, *[0] * 22]


def test_of_many_the_next_of_each(
    ann: User, at: Callable[..., Schedule], monkeypatch: pytest.MonkeyPatch
) -> None:
    """And the first ten all the same."""
    for n in range(3):
        at(f"schedule {n}", FIRST + timedelta(hours=2, minutes=n))
    monkeypatch.setattr(coming, "FEW", 2)
    found = seen_by(ann)
    assert not found.all_runs
    assert counts(found) == [0, 0, 3, *[0] * 21]
    assert [each.schedule.name for each in found.next] == [f"schedule {n}" for n in range(3)]


def test_whoever_has_none_is_told_apart(
    ann: User, bob: User, at: Callable[..., Schedule], make: Callable[..., Schedule]
) -> None:
    make("by hand", schedule_type="manual")
    found = seen_by(ann)
    assert (found.total, found.has_schedules) == (0, True)
    at("bob has none", FIRST)
    assert not seen_by(bob).has_schedules
    assert seen_by(bob).next == []
