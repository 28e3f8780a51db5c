"""What waits is cancelled at once, what runs is asked to stop."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User

from agents.models import Agent, AgentTask
from scheduler_project.errors import Conflict
from schedules import cancellation, claims, conclusions, outcomes, recover, services
from schedules.claims import Verdict
from schedules.models import Execution, Schedule
from schedules.tests.integration.connections import OtherConnection, somebody_waits
from schedules.tests.integration.scenes import (
    fail,
    pending,
    row,
    running,
    set_row,
    states,
    succeed,
    take,
    task,
)

pytestmark = pytest.mark.django_db(transaction=True)
Make = Callable[..., Schedule]


def test_a_waiting_run_ends_at_once(schedule: Schedule) -> None:
    execution = pending(schedule)
    shown = services.cancel_execution(execution=execution)
    assert (shown.state, shown.reason) == ("cancelled", "cancelled on request")
    assert shown.finished_at is not None
    assert shown.publish_at is None
    assert claims.claim([execution.id], "worker-a") == []


def test_a_running_one_is_asked_and_ends_when_its_worker_has_stopped_it(schedule: Schedule) -> None:
    claimed = running(schedule)
    shown = services.cancel_execution(execution=row(claimed.id))
    assert (shown.state, shown.finished_at) == ("running", None)
    assert shown.cancel_requested_at is not None
    conclusion = conclusions.cancelled(claimed, task(claimed, input_tokens=3))
    assert outcomes.finish([conclusion]) == {claimed.id}
    found = row(claimed.id)
    assert (found.state, found.input_tokens) == ("cancelled", 3)
    assert AgentTask.objects.get().state == "cancelled"
    schedule.refresh_from_db()
    assert (schedule.last_state, schedule.consecutive_failures) == ("cancelled", 0)


def test_asking_twice_keeps_the_first_request(make: Make) -> None:
    schedule = make(overlap_policy="allow")
    claimed = running(schedule)
    first = services.cancel_execution(execution=row(claimed.id)).cancel_requested_at
    assert services.cancel_execution(execution=row(claimed.id)).cancel_requested_at == first
    waiting = pending(schedule)
    cancelled = services.cancel_execution(execution=waiting)
    again = services.cancel_execution(execution=waiting)
    assert (again.state, again.finished_at) == (cancelled.state, cancelled.finished_at)


@pytest.mark.parametrize("end", [succeed, lambda run: fail(run, retryable=False)])
def test_what_has_ended_cannot_be_cancelled(
    schedule: Schedule, end: Callable[[claims.Claimed], bool]
) -> None:
    claimed = running(schedule)
    end(claimed)
    before = row(claimed.id)
    with pytest.raises(Conflict, match="has ended already"):
        services.cancel_execution(execution=before)
    assert (row(claimed.id).state, row(claimed.id).reason) == (before.state, before.reason)


def test_a_retry_that_waits_is_cancelled_and_its_failed_task_stays_failed(make: Make) -> None:
    claimed = running(make(max_attempts=3))
    fail(claimed, error_type="timed_out")
    services.cancel_execution(execution=row(claimed.id))
    assert row(claimed.id).state == "cancelled"
    agent_task = AgentTask.objects.get()
    assert (agent_task.state, agent_task.error_type) == ("failed", "timed_out")


def test_an_agent_task_that_waits_for_its_run_ends_with_it(owner: User, agent: Agent) -> None:
    asked = services.start_agent_task(owner=owner, agent=agent, command="say hello")
    services.cancel_execution(execution=Execution.objects.get())
    asked.refresh_from_db()
    assert (asked.state, asked.error_type) == ("cancelled", "cancelled")
    assert asked.finished_at is not None


def test_what_is_parked_for_approval_is_cancelled_with_its_task(schedule: Schedule) -> None:
    claimed = running(schedule)
    set_row(claimed.id, state="'waiting'", lease_until="NULL", deadline_at="NULL")
    services.cancel_execution(execution=row(claimed.id))
    assert row(claimed.id).state == "cancelled"
    assert AgentTask.objects.get().state == "cancelled"


def test_of_a_whole_schedule_everything_active_is_cancelled(make: Make) -> None:
    schedule, neighbour = make(overlap_policy="buffer_all"), make()
    claimed = running(schedule)
    pending(schedule)
    pending(schedule)
    untouched = pending(neighbour)
    assert cancellation.cancel(reason="enough", schedules=[schedule.pk]) == 3
    assert states(schedule) == ["running", "cancelled", "cancelled"]
    assert claims.heartbeat({claimed.id: 1}) == {claimed.id: Verdict.CANCEL}
    assert row(untouched.id).state == "pending"


def test_what_runs_can_be_spared(make: Make) -> None:
    schedule = make(overlap_policy="buffer_all")
    claimed = running(schedule)
    pending(schedule)
    cancelled = cancellation.cancel(reason="off", schedules=[schedule.pk], running_too=False)
    assert cancelled == 1
    assert claims.heartbeat({claimed.id: 1}) == {claimed.id: Verdict.GO_ON}


def test_of_nothing_nothing_is_cancelled(schedule: Schedule) -> None:
    execution = pending(schedule)
    assert cancellation.cancel(reason="none of them") == 0
    assert row(execution.id).state == "pending"


def test_a_reason_of_any_length_is_kept_as_far_as_it_fits(schedule: Schedule) -> None:
    execution = pending(schedule)
    cancellation.cancel(reason="long " * 100, executions=[execution.id])
    assert row(execution.id).reason == ("long " * 40)


def test_a_cancel_that_meets_a_claim_asks_the_run_to_stop(
    schedule: Schedule, other: OtherConnection, connect: Callable[[], OtherConnection]
) -> None:
    """It found the run waiting, then had to wait itself: the claim had come first."""
    execution = pending(schedule)
    canceller = connect()
    other.begin()
    assert other.run(take, execution.id).attempt == 1
    cancelling = canceller.start(services.cancel_execution, execution=execution)
    assert somebody_waits()
    other.commit()
    assert cancelling.result(10).state == "running"
    found = row(execution.id)
    assert (found.state, found.finished_at) == ("running", None)
    assert found.cancel_requested_at is not None


def test_a_claim_that_meets_a_cancel_comes_away_empty_handed(
    schedule: Schedule, other: OtherConnection
) -> None:
    execution = pending(schedule)
    other.begin()
    other.run(services.cancel_execution, execution=execution)
    assert claims.claim([execution.id], "worker-a") == []
    other.commit()
    assert row(execution.id).state == "cancelled"


def test_a_cancelled_run_whose_worker_died_ends_as_cancelled(make: Make) -> None:
    claimed = running(make(max_attempts=5))
    services.cancel_execution(execution=row(claimed.id))
    set_row(claimed.id, lease_until="now() - interval '1 second'")
    assert recover.recover() == 1
    assert row(claimed.id).state == "cancelled"
    assert AgentTask.objects.get().state == "cancelled"


def test_what_has_ended_locks_no_schedule(
    schedule: Schedule, other: OtherConnection, connect: Callable[[], OtherConnection]
) -> None:
    """Dispatch would pass them over meanwhile."""
    ended = running(schedule)
    succeed(ended)
    other.lock("schedules_schedule", schedule.pk)
    assert connect().run(services.cancel_executions, executions=[ended.id]) == 0
