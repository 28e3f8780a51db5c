"""Lost workers, and runs that do not stop."""

from collections.abc import Callable
from threading import Barrier

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agents.models import AgentTask
from scheduler_project.embedded.waiting import wait_until
from schedules import claims, db, recover
from schedules.claims import Verdict
from schedules.models import Attempt, Execution, Schedule
from schedules.tests.integration.connections import TIMEOUT, OtherConnection, somebody_waits
from schedules.tests.integration.scenes import (
    clear_queue,
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


def test_a_run_whose_heartbeat_is_being_written_is_left_and_not_waited_for(
    schedule: Schedule, connect: Callable[[], OtherConnection]
) -> None:
    claimed = running(schedule)
    set_row(claimed.id, lease_until=PAST)
    worker, beat = connect(), connect()
    worker.begin()
    assert worker.run(claims.heartbeat, {claimed.id: 1}) == {claimed.id: Verdict.GO_ON}
    assert beat.run(recover.recover) == 0
    worker.commit()
    assert beat.run(recover.recover) == 0
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
    assert wait_until(lambda: recovering.done() or somebody_waits(seconds=0), TIMEOUT)
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
