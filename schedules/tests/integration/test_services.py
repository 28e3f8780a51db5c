"""Create and change schedules."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from schedules import db, services
from schedules.models import Execution, Schedule
from schedules.tests.integration.scenes import (
    make_due,
    pending,
    queued,
)

pytestmark = pytest.mark.django_db(transaction=True)
Make = Callable[..., Schedule]
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
DAILY = {"schedule_type": "cron", "cron_expression": "30 7 * * *", "timezone": "Europe/Berlin"}


def update(schedule: Schedule, **changes: object) -> Schedule:
    return services.update_schedule(schedule=schedule, changes=changes)


def test_a_new_schedule_is_planned_from_now_on(schedule: Schedule) -> None:
    assert schedule.enabled
    assert schedule.next_run_at == schedule.anchor_at + HOUR
    assert schedule.created_at - schedule.anchor_at < timedelta(seconds=5)
    assert (schedule.run_count, schedule.last_state, schedule.note) == (0, "", "")


def test_an_interval_counts_from_its_start(make: Make) -> None:
    start = db.now() + timedelta(minutes=10)
    assert make(start_at=start).next_run_at == start
    past = db.now() - timedelta(minutes=10)
    assert make(start_at=past).next_run_at == past + HOUR


@pytest.mark.parametrize(("start", "end"), [(2, 3), (-1, 23.5)])
def test_an_interval_that_runs_once_between_start_and_end_is_accepted(
    make: Make, start: float, end: float
) -> None:
    now = db.now()
    daily = {"schedule_type": "interval", "interval_value": 1, "interval_unit": "days"}
    schedule = make(**daily, start_at=now + start * HOUR, end_at=now + end * HOUR)
    assert schedule.next_run_at is not None
    assert schedule.start_at is not None
    assert (schedule.next_run_at - schedule.start_at) % DAY == timedelta(0)


def test_what_was_due_before_an_edit_is_recorded_as_it_was_defined(schedule: Schedule) -> None:
    make_due(schedule)
    changed = update(schedule, command="say goodbye", overlap_policy="allow")
    execution = schedule.executions.get()
    assert (execution.state, execution.command) == ("pending", "say hello")
    assert queued() == [str(execution.id)]
    assert (changed.command, changed.run_count) == ("say goodbye", 1)


@pytest.mark.parametrize("change", ["disable", "delete", "run now"])
def test_what_was_due_is_recorded_before_anything_else_happens(make: Make, change: str) -> None:
    schedule = make(overlap_policy="allow")
    make_due(schedule)
    if change == "disable":
        services.disable_schedule(schedule=schedule)
    elif change == "delete":
        services.delete_schedule(schedule=schedule)
    else:
        services.run_now(schedule=schedule)
    timed = Execution.objects.get(trigger="timer")
    assert timed.state == ("pending" if change == "run now" else "cancelled")


def test_a_change_of_timing_takes_effect_at_once(schedule: Schedule) -> None:
    changed = update(schedule, **DAILY)
    assert (changed.interval_value, changed.interval_unit) == (None, "")
    assert changed.next_run_at is not None
    assert (changed.next_run_at.minute, changed.next_run_at.second) == (30, 0)
    back = update(changed, schedule_type="interval", interval_value=2, interval_unit="hours")
    assert (back.cron_expression, back.next_run_at) == ("", back.anchor_at + 2 * HOUR)


def test_an_edit_of_other_fields_keeps_the_phase(schedule: Schedule) -> None:
    before = schedule.next_run_at
    changed = update(schedule, name="renamed", command="x", max_runs=7, timezone="Asia/Tokyo")
    assert (changed.next_run_at, changed.anchor_at) == (before, schedule.anchor_at)


def test_a_stale_copy_overwrites_nothing(schedule: Schedule) -> None:
    stale = Schedule.objects.get(pk=schedule.pk)
    update(schedule, command="newer")
    pending(schedule)
    changed = update(stale, description="text")
    assert (changed.command, changed.description, changed.run_count) == ("newer", "text", 1)


def test_a_deadline_of_planning_is_the_databases_clock(make: Make) -> None:
    soon: datetime = db.now() + timedelta(minutes=2)
    assert make(schedule_type="once", run_at=soon).next_run_at == soon
