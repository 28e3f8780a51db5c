"""Policies at work: late runs, overlap, limits, schedules that cannot be evaluated."""

from collections.abc import Callable

import pytest
from pytest_django import Settings

from schedules import db, dispatch, planning
from schedules.models import Schedule
from schedules.policies import REPLACED_REASON
from schedules.tests.integration.scenes import (
    clear_queue,
    make_due,
    pending,
    queued,
    row,
    set_row,
    states,
)

pytestmark = pytest.mark.django_db(transaction=True)
Make = Callable[..., Schedule]


@pytest.mark.parametrize(
    ("missed", "expected"),
    [
        ("latest", [("pending", 4)]),
        ("none", [("missed", 3), ("pending", 0)]),
        ("all", [("missed", 1), ("pending", 0), ("pending", 0), ("pending", 0)]),
    ],
)
def test_after_a_downtime_every_occurrence_is_accounted_for(
    make: Make, settings: Settings, missed: str, expected: list[tuple[str, int]]
) -> None:
    settings.MAX_CATCH_UP_RUNS = 3
    schedule = make(missed_policy=missed, overlap_policy="allow")
    make_due(schedule, seconds=4 * 3600 + 1)
    assert (dispatch.tick(), dispatch.tick()) == (1, 0)
    rows = schedule.executions.order_by("scheduled_for").values_list("state", "coalesced_count")
    assert list(rows) == expected


def test_what_is_made_up_for_stands_in_the_history_in_its_order(make: Make) -> None:
    schedule = make(missed_policy="all", overlap_policy="allow")
    make_due(schedule, seconds=20 * 3600 + 1)
    dispatch.tick()
    times = list(schedule.executions.order_by("id").values_list("scheduled_for", flat=True))
    assert times == sorted(times)
    assert len(times) == 21


def test_a_downtime_of_years_takes_several_passes_and_loses_nothing(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("schedules.decisions.OCCURRENCES_PER_PASS", 10)
    schedule = make()
    make_due(schedule, seconds=25 * 3600 + 1)
    assert [dispatch.tick() for _ in range(4)] == [1, 1, 1, 0]
    rows = schedule.executions.order_by("scheduled_for").values_list("state", "coalesced_count")
    assert list(rows) == [("missed", 10), ("missed", 10), ("pending", 3)]


def test_late_by_more_than_the_grace_period_is_missed(make: Make) -> None:
    schedule = make(misfire_grace_seconds=60)
    make_due(schedule, seconds=61)
    dispatch.tick()
    execution = schedule.executions.get()
    assert (execution.state, execution.publish_at) == ("missed", None)
    assert execution.finished_at is not None
    assert execution.reason.startswith("missed")
    schedule.refresh_from_db()
    assert schedule.run_count == 0


@pytest.mark.parametrize(
    ("overlap", "expected", "published"),
    [
        ("skip", ["pending", "skipped"], 0),
        ("buffer_one", ["pending", "pending"], 0),
        ("buffer_all", ["pending", "pending"], 0),
        ("cancel_other", ["cancelled", "pending"], 1),
        ("allow", ["pending", "pending"], 1),
    ],
)
def test_overlap_with_a_run_that_is_going_on(
    make: Make, overlap: str, expected: list[str], published: int
) -> None:
    schedule = make(overlap_policy=overlap)
    first = pending(schedule)
    set_row(first.id, scheduled_for="now() - interval '1 hour'")
    clear_queue()
    make_due(schedule, seconds=0.5)
    dispatch.tick()
    assert states(schedule) == expected
    newest = schedule.executions.exclude(pk=first.pk).get()
    assert queued() == [str(newest.id)] * published
    assert bool(newest.reason) is (newest.state == "skipped")
    if expected == ["cancelled", "pending"]:
        assert row(first.id).reason == REPLACED_REASON


def test_the_last_allowed_run_ends_the_schedule(make: Make) -> None:
    schedule = make(max_runs=2, overlap_policy="allow", missed_policy="all")
    make_due(schedule, seconds=3 * 3600 + 1)
    dispatch.tick()
    schedule.refresh_from_db()
    assert (schedule.run_count, schedule.next_run_at) == (2, None)
    assert states(schedule) == ["pending", "pending"]
    schedule.periodic_task.refresh_from_db()
    assert schedule.periodic_task.enabled is False


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("timezone", "Mars/Olympus"),
        ("cron_expression", "61 * * * *"),
        ("schedule_type", "interval"),
    ],
)
def test_a_schedule_that_cannot_be_evaluated_is_switched_off_and_holds_nobody_up(
    make: Make, column: str, value: str
) -> None:
    daily = {"schedule_type": "cron", "cron_expression": "0 0 * * *"}
    broken, sound = make(**daily), make()
    broken_row = "UPDATE schedules_schedule SET {} = %s{} WHERE id = %s"
    extra = ", cron_expression = '', interval_value = 3" if value == "interval" else ""
    db.fetch(broken_row.format(column, extra), (value, broken.pk))
    for schedule in (broken, sound):
        make_due(schedule)
    assert dispatch.tick() == 2
    assert sound.executions.get().state == "pending"
    broken.refresh_from_db()
    assert (broken.enabled, broken.next_run_at) == (False, None)
    assert broken.note.startswith("Switched off: ")
    assert len(broken.note) > 20
    missed = broken.executions.get()
    assert (missed.state, missed.reason) == ("missed", broken.note)


def test_a_batch_that_takes_long_to_plan_is_cut_and_nothing_of_it_is_lost(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    schedules = [make() for _ in range(3)]
    for schedule in schedules:
        make_due(schedule)
    monkeypatch.setattr(planning, "PLANNING_SECONDS", 0.0)
    assert dispatch.tick() == 3
    assert sum(schedule.executions.count() for schedule in schedules) == 1
    assert [dispatch.tick() for _ in range(3)] == [2, 1, 0]
    assert [schedule.executions.count() for schedule in schedules] == [1, 1, 1]
