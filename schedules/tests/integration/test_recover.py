"""Lost workers, runs that do not stop, lost messages."""

from collections.abc import Callable
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agents.models import AgentTask
from schedules import claims, db, recover
from schedules.models import Attempt, Execution, Schedule
from schedules.tests.integration.connections import OtherConnection, somebody_waits
from schedules.tests.integration.scenes import (
    clear_queue,
    fail,
    pending,
    queued,
    row,
    running,
    set_row,
    succeed,
    take,
)

pytestmark = pytest.mark.django_db(transaction=True)
Make = Callable[..., Schedule]
PAST = "now() - interval '1 second'"


def test_a_lost_worker_fails_a_run_that_may_not_be_repeated(schedule: Schedule) -> None:
    claimed = running(schedule)
    set_row(claimed.id, lease_until=PAST)
    assert recover.recover() == 1
    found = row(claimed.id)
    assert (found.state, found.error_type, found.failures) == ("failed", "worker_lost", 1)
    assert found.reason == "attempt 1 of 1 failed: worker_lost"
    agent_task = AgentTask.objects.get()
    assert (agent_task.state, agent_task.error_type) == ("failed", "worker_lost")
    assert agent_task.finished_at is not None
    schedule.refresh_from_db()
    assert (schedule.last_state, schedule.consecutive_failures) == ("failed", 1)
    assert recover.recover() == 0


def test_a_lost_workers_run_is_tried_again_where_attempts_are_left(make: Make) -> None:
    claimed = running(make(max_attempts=2, retry_backoff_seconds=0))
    set_row(claimed.id, lease_until=PAST)
    assert recover.recover() == 1
    assert (row(claimed.id).state, row(claimed.id).failures) == ("pending", 1)
    clear_queue()
    assert recover.republish() == 1
    assert queued() == [str(claimed.id)]
    assert take(claimed.id, "worker-b").attempt == 2
    assert succeed(claimed) is False, "the lost worker came back, and is not believed"
    assert list(Attempt.objects.values_list("agent_task__state", flat=True)) == [
        "failed",
        "running",
    ]


def test_a_run_that_goes_on_past_its_deadline_is_given_up(schedule: Schedule) -> None:
    claimed = running(schedule)
    set_row(claimed.id, deadline_at=PAST)
    assert recover.recover() == 1
    found = row(claimed.id)
    assert (found.state, found.error_type) == ("failed", "timed_out")
    assert claims.heartbeat({claimed.id: 1}) == {}, "its worker is told to stop it"


def test_a_worker_that_reports_in_time_keeps_its_runs(schedule: Schedule) -> None:
    claimed = running(schedule)
    assert recover.recover() == 0
    assert row(claimed.id).state == "running"


def test_a_lease_that_was_extended_in_between_is_left_alone(
    schedule: Schedule, monkeypatch: pytest.MonkeyPatch
) -> None:
    claimed = running(schedule)
    set_row(claimed.id, lease_until=PAST)
    finish = recover.outcomes.finish

    def a_heartbeat_comes_first(*args: object, **kwargs: object) -> object:
        assert claims.heartbeat({claimed.id: 1})
        return finish(*args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(recover.outcomes, "finish", a_heartbeat_comes_first)
    assert recover.recover() == 0
    assert (row(claimed.id).state, row(claimed.id).failures) == ("running", 0)
    assert AgentTask.objects.get().state == "running"


def test_a_heartbeat_that_commits_while_recovery_waits_for_it_wins(
    schedule: Schedule, connect: Callable[[], OtherConnection]
) -> None:
    claimed = running(schedule)
    set_row(claimed.id, lease_until=PAST)
    worker, beat = connect(), connect()
    worker.begin()
    assert worker.run(claims.heartbeat, {claimed.id: 1}) == {claimed.id: False}
    recovering = beat.start(recover.recover)
    assert somebody_waits()
    worker.commit()
    assert recovering.result(10) == 0
    assert row(claimed.id).state == "running"


def test_beats_that_recover_at_once_recover_once(
    make: Make, connect: Callable[[], OtherConnection]
) -> None:
    schedule = make(max_attempts=2, retry_backoff_seconds=0, overlap_policy="allow")
    runs = [running(schedule) for _ in range(10)]
    once = [running(make()) for _ in range(10)]
    for run in runs + once:
        set_row(run.id, lease_until=PAST)
    beats = [connect(), connect(), connect()]
    barrier = Barrier(len(beats))

    def recover_together() -> int:
        db.now()
        barrier.wait()
        return recover.recover()

    found = [beat.start(recover_together) for beat in beats]
    assert sum(each.result(30) for each in found) == 20
    assert set(Execution.objects.values_list("state", "failures")) == {
        ("pending", 1),
        ("failed", 1),
    }
    failed = Schedule.objects.exclude(pk=schedule.pk)
    assert set(failed.values_list("consecutive_failures", flat=True)) == {1}


def test_recovery_and_the_workers_own_finish_do_not_both_count(
    schedule: Schedule, connect: Callable[[], OtherConnection]
) -> None:
    claimed = running(schedule)
    set_row(claimed.id, lease_until=PAST)
    worker, beat = connect(), connect()
    worker.begin()
    assert worker.run(succeed, claimed)
    recovering = beat.start(recover.recover)
    assert somebody_waits()
    worker.commit()
    assert recovering.result(10) == 0
    assert row(claimed.id).state == "success"
    schedule.refresh_from_db()
    assert schedule.consecutive_failures == 0


def test_statements_of_a_recovery_do_not_grow_with_what_was_lost(make: Make) -> None:
    counts = []
    for size in (1, 10):
        for _ in range(size):
            set_row(running(make()).id, lease_until=PAST)
        with CaptureQueriesContext(connection) as captured:
            assert recover.recover() == size
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_a_lost_message_is_sent_again(schedule: Schedule) -> None:
    execution = pending(schedule)
    assert queued() == [str(execution.id)]
    clear_queue()  # FLUSHALL, say
    assert (recover.republish(), queued()) == (0, [])
    set_row(execution.id, publish_at=PAST)
    assert (recover.republish(), queued()) == (1, [str(execution.id)])
    assert (recover.republish(), queued()) == (0, [str(execution.id)])


@pytest.mark.parametrize(
    ("age", "expected"), [("0 s", 10), ("7 s", 10), ("40 s", 40), ("2 min", 120), ("1 day", 600)]
)
def test_the_wait_for_the_next_message_doubles_with_age(
    schedule: Schedule, age: str, expected: int
) -> None:
    execution = pending(schedule)
    set_row(execution.id, publish_at=PAST, not_before=f"now() - interval '{age}'")
    before = db.now()
    assert recover.republish() == 1
    publish_at = row(execution.id).publish_at
    assert publish_at is not None
    assert abs(publish_at - before - timedelta(seconds=expected)) < timedelta(seconds=2)


def test_only_what_waits_is_published_again(make: Make) -> None:
    claimed, ended = running(make()), running(make())
    succeed(ended)
    cancelled, early = pending(make()), running(make(max_attempts=2, retry_backoff_seconds=60))
    set_row(cancelled.id, state="'cancelled'", finished_at="now()", publish_at=PAST)
    set_row(claimed.id, publish_at=PAST)
    fail(early)
    clear_queue()
    assert (recover.republish(), queued()) == (0, [])


@pytest.mark.parametrize("batch", [1, 3])
def test_one_pass_publishes_a_bounded_batch_oldest_first(
    make: Make, monkeypatch: pytest.MonkeyPatch, batch: int
) -> None:
    monkeypatch.setattr(recover, "BATCH", batch)
    waiting = [pending(make()) for _ in range(7)]
    for age, execution in enumerate(waiting):
        set_row(execution.id, publish_at=f"now() - interval '{age + 1} s'")
    db.fetch("ANALYZE schedules_execution")
    clear_queue()
    assert recover.republish() == batch
    assert sorted(queued()) == sorted(str(each.id) for each in waiting[-batch:])
    passes = 1
    while recover.republish():
        passes += 1
    assert passes == -(-7 // batch)
    assert sorted(queued()) == sorted(str(each.id) for each in waiting)


def test_beats_that_republish_at_once_send_each_once(
    make: Make, connect: Callable[[], OtherConnection]
) -> None:
    for _ in range(12):
        set_row(pending(make()).id, publish_at=PAST)
    clear_queue()
    beats = [connect(), connect()]
    beats[0].begin()
    assert beats[0].run(recover.republish) == 12
    assert beats[1].run(recover.republish) == 0, "it neither waits nor sends again"
    beats[0].commit()
    assert len(queued()) == 12


def test_the_broker_being_down_costs_no_message(
    schedule: Schedule, broker_down: Callable[[], None]
) -> None:
    execution = pending(schedule)
    set_row(execution.id, publish_at=PAST)
    assert recover.republish() == 1
    broker_down()
    assert queued() == []
    set_row(execution.id, publish_at=PAST)
    assert recover.republish() == 1
    assert queued() == [str(execution.id)]
