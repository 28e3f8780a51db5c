"""A year as a calendar: its days are those of the schedule's zone, in the worst state of each."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from console import heat_map, schedule_history
from scheduler_project.ids import uuid7
from schedules import db
from schedules.models import Execution, Schedule


def test_it_ends_today_and_begins_on_a_monday_a_year_ago() -> None:
    days = heat_map.days_until(date(2026, 11, 26))
    assert (days[0], days[-1]) == (date(2025, 11, 24), date(2026, 11, 26))
    assert days[0].weekday() == 0


def test_days_begin_with_the_clocks_of_the_zone() -> None:
    days = [date(2026, 3, 29), date(2026, 3, 30)]
    first, second = heat_map.beginnings(days, "Europe/Berlin")
    assert first == datetime(2026, 3, 28, 23, tzinfo=UTC)
    # The clocks went forward in between.
    assert second - first == timedelta(hours=23)


def test_the_worst_of_a_day_gives_the_colour_and_all_is_said() -> None:
    days = heat_map.days_until(date(2026, 11, 26))
    (week, *_) = heat_map.weeks(days, {0: {"success": 1200, "failed": 1}, 2: {"success": 3}})
    assert [day.state for day in week.days] == ["failed", "", "success", "", "", "", ""]
    assert week.days[0].said == "1 failed and 1,200 success"
    assert week.days[1].said == "no runs"


def test_totals_are_of_all_days() -> None:
    counts = {0: {"success": 2}, 5: {"success": 1, "missed": 4}}
    assert heat_map.totals(counts) == [("missed", 4), ("success", 3)]


@pytest.fixture
def rows(schedule: Schedule) -> Callable[..., None]:
    def add(*times: datetime) -> None:
        Execution.objects.bulk_create(
            Execution(
                id=uuid7(at),
                owner_id=schedule.owner_id,
                schedule=schedule,
                trigger="timer",
                scheduled_for=at,
                state="success",
                finished_at=at,
            )
            for at in times
        )

    return add


DAYS = heat_map.beginnings([date(2026, 3, day) for day in (28, 29, 30)], "Europe/Berlin")


@pytest.mark.django_db
def test_executions_are_counted_on_the_day_that_they_were_planned_for(
    schedule: Schedule, rows: Callable[..., None]
) -> None:
    minute = timedelta(minutes=1)
    rows(DAYS[1] - minute, DAYS[1], DAYS[2] - minute, DAYS[2], DAYS[0] - minute)
    found = schedule_history.year(schedule.pk, DAYS)
    assert found.days == {0: {"success": 1}, 1: {"success": 2}, 2: {"success": 1}}
    assert not found.cut


@pytest.mark.django_db
def test_of_very_many_the_latest_count(schedule: Schedule, rows: Callable[..., None]) -> None:
    rows(*DAYS)
    found = schedule_history.year(schedule.pk, DAYS, most=2)
    assert found.days == {1: {"success": 1}, 2: {"success": 1}}
    assert found.cut


@pytest.mark.django_db
def test_it_reads_the_index_of_the_history(
    make: Callable[..., Schedule], schedule: Schedule, rows: Callable[..., None]
) -> None:
    other = make(name="other")
    rows(*(DAYS[0] + timedelta(minutes=number) for number in range(2000)))
    facts = {"schedule": other.pk, "first": uuid7(DAYS[0]), "most": 50, "days": DAYS}
    db.fetch("ANALYZE schedules_execution")
    plan = "\n".join(line for (line,) in db.fetch("EXPLAIN " + schedule_history.BY_DAY, facts))
    assert "execution_of_schedule" in plan
    assert "Seq Scan" not in plan
