"""Runs by hand, under the overlap policy and the run limit; agent tasks of their own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import connections

from agents.models import Agent, AgentTask
from scheduler_project.errors import Conflict
from schedules import dispatch, services
from schedules.models import Attempt, Execution, Schedule
from schedules.tests.integration.scenes import (
    clear_queue,
    make_due,
    pending,
    queued,
    row,
    running,
    states,
)

pytestmark = pytest.mark.django_db(transaction=True)
Make = Callable[..., Schedule]


def update(schedule: Schedule, **changes: object) -> Schedule:
    return services.update_schedule(schedule=schedule, changes=changes)


@pytest.mark.parametrize(
    ("overlap", "second", "others"),
    [
        ("skip", "skipped", ["running", "skipped"]),
        ("buffer_one", "pending", ["running", "pending"]),
        ("buffer_all", "pending", ["running", "pending"]),
        ("cancel_other", "pending", ["running", "pending"]),
        ("allow", "pending", ["running", "pending"]),
    ],
)
def test_a_run_by_hand_keeps_to_the_overlap_policy(
    make: Make, overlap: str, second: str, others: list[str]
) -> None:
    schedule = make(overlap_policy=overlap)
    first = running(schedule)
    clear_queue()
    execution = services.run_now(schedule=schedule)
    assert (execution.state, execution.trigger) == (second, "manual")
    assert states(schedule) == others
    assert (execution.not_before is not None) is (overlap in ("skip", "allow"))
    assert queued() == ([str(execution.id)] if overlap == "allow" else [])
    assert (row(first.id).cancel_requested_at is not None) is (overlap == "cancel_other")


def test_a_run_by_hand_leaves_the_planned_times_alone(schedule: Schedule) -> None:
    before = schedule.next_run_at
    execution = pending(schedule)
    schedule.refresh_from_db()
    assert (schedule.next_run_at, schedule.run_count) == (before, 1)
    assert schedule.last_run_at == execution.queued_at


def test_runs_by_hand_count_towards_max_runs(make: Make) -> None:
    schedule = make(max_runs=2, overlap_policy="allow")
    pending(schedule)
    pending(schedule)
    schedule.refresh_from_db()
    assert (schedule.run_count, schedule.next_run_at) == (2, None)
    with pytest.raises(Conflict, match="All 2 runs"):
        pending(schedule)
    assert update(schedule, max_runs=3).next_run_at is not None


def test_max_runs_holds_when_many_start_it_at_once(make: Make) -> None:
    schedule = make(max_runs=3, overlap_policy="allow")
    make_due(schedule)
    barrier = Barrier(8)

    def start(number: int) -> None:
        try:
            barrier.wait()
            dispatch.tick() if number % 2 else services.run_now(schedule=schedule)
        except Conflict:
            pass
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(start, range(8)))
    schedule.refresh_from_db()
    assert (schedule.executions.count(), schedule.run_count) == (3, 3)
    assert schedule.next_run_at is None


def test_a_skipped_run_by_hand_uses_up_no_run(make: Make) -> None:
    schedule = make(max_runs=2)
    running(schedule)
    assert pending(schedule).state == "skipped"
    schedule.refresh_from_db()
    assert schedule.run_count == 1


def test_an_agent_task_of_its_own_stands_on_the_ledger(owner: User, agent: Agent) -> None:
    asked = services.start_agent_task(
        owner=owner, agent=agent, command="say hello", timeout_seconds=5
    )
    execution = Execution.objects.get()
    assert (execution.trigger, execution.schedule, execution.timeout_seconds) == (
        *("agent_task", None),
        5,
    )
    assert (asked.state, asked.command) == ("pending", "say hello")
    assert Attempt.objects.get().agent_task_id == asked.id
    assert queued() == [str(execution.id)]


@pytest.mark.parametrize("command", ["", "  \n", "a\x00b", "\udfff", "x" * 20_001])
def test_a_command_that_cannot_be_stored_starts_no_agent_task(
    owner: User, agent: Agent, command: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        services.start_agent_task(owner=owner, agent=agent, command=command)
    assert list(refused.value.message_dict) == ["command"]
    assert not AgentTask.objects.exists()
