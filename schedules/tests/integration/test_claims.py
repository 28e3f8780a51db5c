"""Who may take an execution."""

from collections.abc import Callable
from datetime import timedelta
from threading import Barrier
from uuid import UUID

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from agents.models import Agent, AgentTask
from schedules import claims, db, dispatch, services
from schedules.models import Attempt, Execution, Schedule
from schedules.tests.integration.connections import OtherConnection
from schedules.tests.integration.scenes import (
    fail,
    hand_back,
    make_due,
    pending,
    row,
    running,
    set_row,
    succeed,
    take,
)
from schedules.times import lateness

pytestmark = pytest.mark.django_db(transaction=True)
Make = Callable[..., Schedule]


def test_a_claim_takes_the_lease_and_all_that_the_run_needs(make: Make, settings: Settings) -> None:
    schedule = make(command="count the sheep", timeout_seconds=90, max_attempts=4)
    execution = pending(schedule)
    claimed = take(execution.id)
    assert (claimed.attempt, claimed.failures, claimed.max_attempts) == (1, 0, 4)
    assert (claimed.command, claimed.timeout_seconds) == ("count the sheep", 90)
    found = row(execution.id)
    assert (found.state, found.worker, found.publish_at) == ("running", "worker-a", None)
    assert found.started_at is not None
    assert found.lease_until is not None
    lease = timedelta(seconds=settings.LEASE_SECONDS)
    assert found.lease_until - found.started_at == lease
    assert found.deadline_at == found.lease_until + timedelta(seconds=90)


def test_it_is_as_late_as_its_first_attempt(make: Make) -> None:
    claimed = running(make(max_attempts=2, retry_backoff_seconds=0))
    set_row(claimed.id, scheduled_for="started_at - interval '3 seconds'")
    first = row(claimed.id).started_at
    fail(claimed)
    take(claimed.id)
    found = row(claimed.id)
    assert found.started_at is not None
    assert first is not None
    assert found.started_at > first == found.first_started_at
    assert lateness(found) == timedelta(seconds=3)


def test_each_attempt_has_an_agent_task_of_its_own(schedule: Schedule) -> None:
    claimed = running(schedule)
    attempt = Attempt.objects.get(execution=claimed.id)
    assert (attempt.number, attempt.trigger, attempt.worker) == (1, "manual", "worker-a")
    assert attempt.agent_task_id == claimed.agent_task_id
    agent_task = attempt.agent_task
    assert (agent_task.state, agent_task.command) == ("running", "say hello")
    assert agent_task.started_at is not None
    assert (agent_task.owner_id, agent_task.agent_id) == (schedule.owner_id, schedule.agent_id)


def test_a_timed_run_has_the_timers_attempt(schedule: Schedule) -> None:
    make_due(schedule)
    dispatch.tick()
    take(schedule.executions.get().id)
    assert Attempt.objects.get().trigger == "timer"


def test_a_duplicate_message_is_harmless(schedule: Schedule) -> None:
    claimed = running(schedule)
    assert claims.claim([claimed.id], "worker-b") == []
    assert row(claimed.id).worker == "worker-a"
    assert Attempt.objects.count() == AgentTask.objects.count() == 1
    assert succeed(claimed)
    assert claims.claim([claimed.id], "worker-b") == []
    assert row(claimed.id).state == "success"


def test_messages_about_nothing_are_harmless(schedule: Schedule) -> None:
    execution = pending(schedule)
    assert claims.claim([], "worker-a") == []
    assert claims.claim([UUID(int=0)], "worker-a") == []
    assert [c.id for c in claims.claim([UUID(int=0), execution.id], "worker-a")] == [execution.id]


@pytest.mark.parametrize(
    "not_before", ["NULL", "now() + interval '1 hour'"], ids=["buffered", "too early"]
)
def test_what_may_not_start_yet_is_not_claimed(schedule: Schedule, not_before: str) -> None:
    execution = pending(schedule)
    set_row(execution.id, not_before=not_before)
    assert claims.claim([execution.id], "worker-a") == []
    assert row(execution.id).state == "pending"
    set_row(execution.id, not_before="now()")
    assert take(execution.id).attempt == 1


@pytest.mark.parametrize("state", ["waiting", "success", "failed", "cancelled", "missed"])
def test_only_what_is_pending_is_claimed(schedule: Schedule, state: str) -> None:
    execution = pending(schedule)
    set_row(execution.id, state=f"'{state}'", finished_at="NULL" if state == "waiting" else "now()")
    assert claims.claim([execution.id], "worker-a") == []
    assert row(execution.id).state == state


def test_of_claimers_at_once_one_wins(
    schedule: Schedule, make: Make, connect: Callable[[], OtherConnection]
) -> None:
    workers = [connect() for _ in range(4)]
    ids = [pending(make(overlap_policy="allow")).id for _ in range(25)]
    barrier = Barrier(len(workers))

    def claim_each(name: str) -> list[UUID]:
        db.now()
        barrier.wait()
        return [claimed.id for id in ids for claimed in claims.claim([id], name)]

    found = [worker.start(claim_each, f"worker-{n}") for n, worker in enumerate(workers)]
    taken = [id for each in found for id in each.result(30)]
    assert sorted(taken) == sorted(ids)
    assert Attempt.objects.count() == AgentTask.objects.count() == len(ids)
    assert set(Execution.objects.values_list("attempt", flat=True)) == {1}


def test_a_row_that_is_being_written_is_left_alone_and_not_waited_for(
    schedule: Schedule, other: OtherConnection
) -> None:
    execution = pending(schedule)
    other.lock("schedules_execution", execution.id)
    db.fetch("SET lock_timeout = '5s'")
    assert claims.claim([execution.id], "worker-a") == []
    other.commit()
    assert take(execution.id).attempt == 1


def test_the_next_attempt_has_the_next_number(make: Make) -> None:
    schedule = make(max_attempts=3, retry_backoff_seconds=0)
    first = running(schedule)
    assert fail(first)
    second = take(first.id, "worker-b")
    assert (second.attempt, second.failures) == (2, 1)
    assert hand_back(second)
    third = take(first.id, "worker-c")
    assert (third.attempt, third.failures) == (3, 1)
    attempts = Attempt.objects.filter(execution=first.id).values_list("number", "trigger", "worker")
    assert list(attempts) == [
        (1, "manual", "worker-a"),
        (2, "retry", "worker-b"),
        (3, "retry", "worker-c"),
    ]


def test_statements_of_a_claim_do_not_grow_with_its_ids(make: Make) -> None:
    counts = []
    for size in (1, 10):
        ids = [pending(make(overlap_policy="allow")).id for _ in range(size)]
        with CaptureQueriesContext(connection) as captured:
            assert len(claims.claim(ids, "worker-a")) == size
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_an_agent_task_that_asked_for_the_run_becomes_its_first_attempt(
    owner: User, agent: Agent
) -> None:
    asked = services.start_agent_task(owner=owner, agent=agent, command="say hello")
    claimed = take(Execution.objects.get().id)
    assert claimed.agent_task_id == asked.id
    asked.refresh_from_db()
    assert asked.state == "running"
    attempt = Attempt.objects.get()
    assert (attempt.worker, attempt.trigger) == ("worker-a", "agent_task")
    assert AgentTask.objects.count() == 1


def test_the_longest_timeout_that_can_be_stored_can_be_claimed(schedule: Schedule) -> None:
    execution = pending(schedule)
    set_row(execution.id, timeout_seconds="2147483647")
    assert take(execution.id).timeout_seconds == 2**31 - 1


def test_an_agent_that_is_gone_does_not_stop_the_claim(schedule: Schedule) -> None:
    execution = pending(schedule)
    set_row(execution.id, agent_id="NULL")
    assert take(execution.id).agent_id is None
