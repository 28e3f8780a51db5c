"""Several beats, and beats against services: on separate connections, in real transactions."""

from collections.abc import Callable
from threading import Barrier

import pytest
from pytest_django import Settings

from schedules import db, dispatch, services
from schedules.models import Execution, Schedule
from schedules.tests.integration.connections import OtherConnection, somebody_waits
from schedules.tests.integration.scenes import make_due, queued, set_row

pytestmark = pytest.mark.django_db(transaction=True)
Make = Callable[..., Schedule]
Connect = Callable[[], OtherConnection]


def dispatch_all(barrier: Barrier, batch: int) -> int:
    """What a beat does with its tick: one batch after the other until nothing is due."""
    barrier.wait()
    found = 0
    while count := dispatch.tick(batch):
        found += count
    return found


@pytest.mark.parametrize("batch", [1, 7, 1000])
def test_beats_that_tick_at_once_record_each_occurrence_once(
    make: Make, connect: Connect, settings: Settings, batch: int
) -> None:
    settings.MAX_SCHEDULES_PER_OWNER = 1000
    schedules = [make(overlap_policy="allow") for _ in range(60)]
    beats = [connect(), connect(), connect()]
    for beat in beats:
        beat.pid()  # connected before the start
    for round_number in range(1, 4):
        for schedule in schedules:
            make_due(schedule)
        barrier = Barrier(len(beats))
        ticks = [beat.start(dispatch_all, barrier, batch) for beat in beats]
        assert sum(tick.result(30) for tick in ticks) == len(schedules)
        assert Execution.objects.count() == len(schedules) * round_number
    recorded = Execution.objects.values_list("schedule", "scheduled_for")
    assert len(set(recorded)) == len(recorded) == 180
    assert set(Schedule.objects.values_list("run_count", flat=True)) == {3}
    assert sorted(queued()) == sorted(
        str(id) for id in Execution.objects.values_list("pk", flat=True)
    )


def test_beats_share_the_work(make: Make, connect: Connect) -> None:
    schedules = [make() for _ in range(4)]
    for schedule in schedules:
        make_due(schedule)
    first, second = connect(), connect()
    first.begin()
    assert first.run(dispatch.tick, 2) == 2
    assert second.run(dispatch.tick, 10) == 2, "the second beat takes what the first does not hold"
    first.commit()
    assert [schedule.executions.count() for schedule in schedules] == [1, 1, 1, 1]


def test_a_beat_does_not_wait_for_what_another_holds(make: Make, other: OtherConnection) -> None:
    held, free = make(), make()
    for schedule in (held, free):
        make_due(schedule)
    other.lock("schedules_schedule", held.pk)
    db.fetch("SET lock_timeout = '5s'")
    assert dispatch.tick() == 1
    assert (held.executions.count(), free.executions.count()) == (0, 1)
    other.commit()
    assert dispatch.tick() == 1
    assert held.executions.count() == 1


def test_what_a_beat_had_in_hand_when_it_died_is_dispatched_by_another(
    schedule: Schedule, other: OtherConnection
) -> None:
    make_due(schedule)
    other.begin()
    assert other.run(dispatch.tick) == 1
    pid = other.pid()
    db.fetch("SELECT pg_terminate_backend(%s, 5000)", (pid,))
    assert (dispatch.tick(), schedule.executions.count()) == (1, 1)


@pytest.mark.parametrize("edit", ["settings", "switch", "by hand"])
def test_an_edit_that_waited_for_a_dispatch_does_not_plan_its_occurrence_again(
    make: Make, other: OtherConnection, edit: str
) -> None:
    """The edit's transaction began before the occurrence, and got the row after its dispatch."""
    schedule = make(max_runs=10)
    other.begin()
    other.run(db.fetch, "SELECT now()")
    make_due(schedule, seconds=-0.05)
    planned = Schedule.objects.get(pk=schedule.pk).next_run_at
    db.fetch("SELECT pg_sleep(0.1)")
    assert dispatch.tick() == 1
    if edit == "settings":
        other.run(services.update_schedule, schedule=schedule, changes={"max_runs": 5})
    elif edit == "switch":
        other.run(services.disable_schedule, schedule=schedule)
        other.run(services.enable_schedule, schedule=schedule)
    else:
        other.run(services.run_now, schedule=schedule)
    other.commit()
    schedule.refresh_from_db()
    assert schedule.next_run_at is not None
    assert planned is not None
    assert schedule.next_run_at > planned


def test_an_edit_waits_for_the_dispatch_that_holds_its_schedule(
    schedule: Schedule, other: OtherConnection, connect: Connect
) -> None:
    make_due(schedule)
    editor = connect()
    other.begin()
    assert other.run(dispatch.tick) == 1
    edit = editor.start(
        services.update_schedule, schedule=schedule, changes={"command": "say goodbye"}
    )
    assert somebody_waits()
    other.commit()
    edit.result(10)
    execution = schedule.executions.get()
    assert execution.command == "say hello", "it was due before the change"
    set_row(execution.id, state="'success'", finished_at="now()")
    make_due(schedule)
    dispatch.tick()
    assert schedule.executions.exclude(pk=execution.pk).get().command == "say goodbye"
