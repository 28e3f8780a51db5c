"""The tick: what is due is recorded once, in a constant number of statements."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from schedules import agenda, db, dispatch, recover
from schedules.models import Execution, Schedule
from schedules.recurrence import Cron
from schedules.tests.integration.scenes import (
    make_due,
    pending,
    queued,
    set_row,
)

pytestmark = pytest.mark.django_db(transaction=True)
Make = Callable[..., Schedule]


def test_what_is_due_is_recorded_once_and_published(schedule: Schedule) -> None:
    make_due(schedule)
    planned = Schedule.objects.get(pk=schedule.pk).next_run_at
    assert dispatch.tick() == 1
    assert dispatch.tick() == 0
    execution = schedule.executions.get()
    assert (execution.state, execution.trigger) == ("pending", "timer")
    assert execution.scheduled_for == planned
    assert queued() == [str(execution.id)]
    schedule.refresh_from_db()
    assert planned is not None
    assert schedule.next_run_at == planned + timedelta(hours=1)
    assert (schedule.run_count, schedule.last_run_at) == (1, execution.queued_at)


def test_schedules_of_who_cannot_sign_in_go_on(schedule: Schedule) -> None:
    User.objects.update(is_active=False)
    make_due(schedule)
    dispatch.tick()
    assert schedule.executions.get().state == "pending"


def test_an_execution_carries_its_orders_with_it(make: Make) -> None:
    limits = {"max_attempts": 4, "retry_backoff_seconds": 7, "timeout_seconds": 99}
    schedule = make(name="report", command="count the sheep", **limits)
    make_due(schedule)
    dispatch.tick()
    execution = schedule.executions.get()
    assert {name: getattr(execution, name) for name in limits} == limits
    assert (execution.schedule_name, execution.command) == ("report", "count the sheep")
    assert (execution.owner_id, execution.agent_id) == (schedule.owner_id, schedule.agent_id)


def test_what_is_not_due_yet_is_left_alone(schedule: Schedule) -> None:
    assert dispatch.tick() == 0
    assert not Execution.objects.exists()


def test_statements_do_not_grow_with_the_batch(make: Make, settings: Settings) -> None:
    settings.MAX_SCHEDULES_PER_OWNER = 1000
    policies = ["skip", "buffer_one", "cancel_other", "allow"]
    schedules = [make(overlap_policy=policies[n % 4]) for n in range(200)]
    busy = [schedule for schedule in schedules[:8] if pending(schedule)]
    counts = {}
    for size in (8, 80, 200):
        for schedule in schedules[:size]:
            make_due(schedule)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert dispatch.tick() == size
        counts[size] = len(captured)
    assert counts[8] == counts[80] == counts[200] <= 12, counts
    assert len(busy) == 8


def test_one_due_schedule_costs_no_more_than_many(make: Make) -> None:
    schedules = [make() for _ in range(10)]
    counts = []
    for size in (1, 10):
        for schedule in schedules[-size:]:
            make_due(schedule)
        with CaptureQueriesContext(connection) as captured:
            assert dispatch.tick() == size
        counts.append(len(captured))
        set_all_done()
    assert counts[0] == counts[1]


def set_all_done() -> None:
    Execution.objects.update(state="success", finished_at=db.now())


def test_a_time_that_schedules_share_is_computed_once(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    zones = ["Europe/Berlin", "Asia/Tokyo"]
    schedules = [
        make(schedule_type="cron", cron_expression=expression, timezone=zones[n % 2])
        for n, expression in enumerate(["0 9 * * *"] * 10 + ["30 9 * * *"] * 2)
    ]
    db.fetch("UPDATE schedules_schedule SET next_run_at = now() - interval '1 minute'")
    computed: list[tuple[str, str]] = []
    compute = Cron.compute_next_after

    def noted(cron: Cron, instant: datetime) -> datetime | None:
        computed.append((cron.expression, cron.timezone))
        return compute(cron, instant)

    monkeypatch.setattr(Cron, "compute_next_after", noted)
    assert dispatch.tick() == len(schedules)
    expected = [(expression, zone) for expression in ("0 9 * * *", "30 9 * * *") for zone in zones]
    assert sorted(computed) == sorted(expected)


def test_a_batch_takes_the_longest_due_first(make: Make) -> None:
    schedules = [make() for _ in range(5)]
    for age, schedule in enumerate(schedules, 1):
        make_due(schedule, seconds=age)
    assert dispatch.tick(batch=2) == 2
    assert [s.executions.count() for s in schedules] == [0, 0, 0, 1, 1]
    assert [dispatch.tick(batch=2) for _ in range(3)] == [2, 1, 0]


def test_nothing_goes_out_before_the_commit(schedule: Schedule, settings: Settings) -> None:
    make_due(schedule)
    settings.REPUBLISH_SECONDS = "no number"
    with pytest.raises(Exception, match="no number"):
        dispatch.tick()
    assert queued() == []
    assert not Execution.objects.exists()
    schedule.refresh_from_db()
    assert schedule.run_count == 0


def test_a_beat_that_cannot_publish_loses_nothing(
    schedule: Schedule, broker_down: Callable[[], None]
) -> None:
    make_due(schedule)
    assert dispatch.tick() == 1
    execution = schedule.executions.get()
    broker_down()
    assert recover.republish() == 0, "its message may still be on its way"
    assert queued() == []
    set_row(execution.id, publish_at="now() - interval '1 second'")
    assert recover.republish() == 1
    assert queued() == [str(execution.id)]


def test_an_occurrence_that_is_recorded_already_is_left_as_it_is(schedule: Schedule) -> None:
    make_due(schedule)
    dispatch.tick()
    execution = schedule.executions.get()
    Schedule.objects.filter(pk=schedule.pk).update(next_run_at=execution.scheduled_for)
    set_row(execution.id, state="'success'", finished_at="now()", publish_at="NULL")
    assert dispatch.tick() == 1
    assert schedule.executions.get().state == "success"


def test_the_periodic_task_counts_along(schedule: Schedule) -> None:
    make_due(schedule)
    dispatch.tick()
    derived = schedule.periodic_task
    derived.refresh_from_db()
    assert (derived.total_run_count, derived.enabled) == (1, True)
    assert derived.last_run_at == schedule.executions.get().queued_at


def test_the_agenda_is_the_databases_word(schedule: Schedule) -> None:
    assert 3590 < (agenda.read().schedules or 0) <= 3600
    make_due(schedule)
    assert (agenda.read().schedules or 0) < 0
    Schedule.objects.update(next_run_at=None)
    assert agenda.read().schedules is None
