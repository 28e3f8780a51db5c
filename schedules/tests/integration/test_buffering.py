"""Buffered runs start, one after the other, when the run before them has ended."""

from collections.abc import Callable
from threading import Barrier

import pytest

from schedules import cancellation, claims, dispatch, recover, services
from schedules.claims import Verdict
from schedules.models import Execution, Schedule
from schedules.tests.integration.connections import OtherConnection, keeps_trying
from schedules.tests.integration.scenes import (
    clear_queue,
    fail,
    make_due,
    pending,
    queued,
    row,
    running,
    set_row,
    states,
    succeed,
    take,
)

pytestmark = pytest.mark.django_db(transaction=True)
Make = Callable[..., Schedule]


@pytest.fixture
def schedule(make: Make) -> Schedule:
    return make(overlap_policy="buffer_all", max_attempts=2, retry_backoff_seconds=0)


def released(execution: Execution) -> bool:
    found = row(execution.id)
    assert (found.not_before is None) == (found.publish_at is None)
    return found.not_before is not None


def test_the_oldest_buffered_run_starts_when_the_running_one_ends(schedule: Schedule) -> None:
    current, second, third = running(schedule), pending(schedule), pending(schedule)
    assert not released(second)
    clear_queue()
    succeed(current)
    assert (released(second), released(third)) == (True, False)
    assert queued() == [str(second.id)]
    succeed(take(second.id))
    assert released(third)
    succeed(take(third.id))
    assert states(schedule) == ["success"] * 3


def test_a_buffered_run_is_not_published_again_before_it_is_released(schedule: Schedule) -> None:
    running(schedule)
    held = pending(schedule)
    clear_queue()
    assert recover.republish() == 0
    assert claims.claim([held.id], "worker-a") == []


def test_a_retry_keeps_the_others_waiting(schedule: Schedule) -> None:
    current, held = running(schedule), pending(schedule)
    fail(current)
    assert not released(held)
    fail(take(current.id))
    assert row(current.id).state == "failed"
    assert released(held)


def test_a_cancelled_run_makes_room_for_the_buffered_one(schedule: Schedule) -> None:
    first, held = pending(schedule), pending(schedule)
    clear_queue()
    services.cancel_execution(execution=first)
    assert released(held)
    assert queued() == [str(held.id)]


def test_a_lost_worker_makes_room_for_the_buffered_one(make: Make) -> None:
    schedule = make(overlap_policy="buffer_all", max_attempts=1)
    current, held = running(schedule), pending(schedule)
    set_row(current.id, lease_until="now() - interval '1 second'")
    assert recover.recover() == 1
    assert released(held)


def test_a_buffered_run_that_is_cancelled_never_starts(schedule: Schedule) -> None:
    current, second, third = running(schedule), pending(schedule), pending(schedule)
    services.cancel_execution(execution=second)
    succeed(current)
    assert (row(second.id).state, released(third)) == ("cancelled", True)


def test_each_schedule_releases_its_own(make: Make) -> None:
    busy, ending = make(overlap_policy="buffer_one"), make(overlap_policy="buffer_one")
    running(busy)
    held = [pending(busy)]
    current = running(ending)
    held.append(pending(ending))
    succeed(current)
    assert [released(each) for each in held] == [False, True]


def test_the_new_run_of_cancel_other_waits_for_the_cancelled_one(make: Make) -> None:
    schedule = make(overlap_policy="cancel_other")
    current = running(schedule)
    make_due(schedule)
    dispatch.tick()
    newest = schedule.executions.exclude(pk=current.id).get()
    assert not released(newest)
    assert claims.heartbeat({current.id: 1}) == {current.id: Verdict.CANCEL}
    fail(current, retryable=False)
    assert released(newest)


def test_the_new_run_of_cancel_other_starts_at_once_where_nothing_was_running(make: Make) -> None:
    schedule = make(overlap_policy="cancel_other")
    waiting = pending(schedule)
    clear_queue()
    newest = pending(schedule)
    assert (row(waiting.id).state, released(newest)) == ("cancelled", True)
    assert str(newest.id) in queued()


def test_a_dispatch_that_meets_an_ending_run_leaves_nothing_stuck(
    schedule: Schedule, connect: Callable[[], OtherConnection]
) -> None:
    """The worker's finish holds the schedule: dispatch passes it by and comes back later."""
    worker, beat = connect(), connect()
    current = running(schedule)
    make_due(schedule)
    worker.begin()
    assert worker.run(succeed, current)
    assert beat.run(dispatch.tick) == 0
    worker.commit()
    assert beat.run(dispatch.tick) == 1
    newest = schedule.executions.exclude(pk=current.id).get()
    assert released(newest)


def test_an_ending_run_waits_for_the_dispatch_that_buffers_behind_it(
    schedule: Schedule, connect: Callable[[], OtherConnection]
) -> None:
    worker, beat = connect(), connect()
    current = running(schedule)
    make_due(schedule)
    beat.begin()
    assert beat.run(dispatch.tick) == 1
    ending = worker.start(succeed, current)
    assert keeps_trying(ending)
    beat.commit()
    assert ending.result(10)
    assert released(schedule.executions.exclude(pk=current.id).get())


@pytest.mark.parametrize("overlap", ["buffer_one", "buffer_all", "cancel_other", "skip"])
def test_in_many_races_of_finish_and_dispatch_no_run_is_stuck_or_overlaps(
    make: Make, connect: Callable[[], OtherConnection], overlap: str
) -> None:
    schedule = make(overlap_policy=overlap)
    worker, beat, clerk = connect(), connect(), connect()
    for each in (worker, beat, clerk):
        each.pid()
    for _ in range(25):
        current = running(schedule)
        make_due(schedule)
        barrier = Barrier(3)

        def meet(work: Callable[[], object], barrier: Barrier = barrier) -> object:
            barrier.wait()
            return work()

        ending = worker.start(meet, lambda current=current: succeed(current))
        ticking = beat.start(meet, dispatch.tick)
        by_hand = clerk.start(meet, lambda: services.run_now(schedule=schedule))
        for done in (ending, ticking, by_hand):
            done.result(10)
        dispatch.tick()
        work_off(schedule)
    assert "pending" not in states(schedule)


def work_off(schedule: Schedule) -> None:
    """Run what is left, one by one: at any time at most one run may be free to start."""
    for _ in range(10):
        active = list(schedule.executions.filter(state__in=["pending", "running"]))
        if not active:
            return
        free = [execution for execution in active if execution.not_before is not None]
        assert len(free) == 1, "a run is stuck, or two overlap"
        succeed(take(free[0].id))
    pytest.fail("runs are left over")


def test_a_waiting_execution_counts_as_active(make: Make) -> None:
    """Parked for approval, it is not over yet."""
    schedule = make(overlap_policy="buffer_one")
    parked = running(schedule)
    set_row(parked.id, state="'waiting'", lease_until="NULL", deadline_at="NULL")
    assert not released(pending(schedule))
    cancellation.cancel(reason="enough", executions=[parked.id])
    assert row(parked.id).state == "cancelled"
