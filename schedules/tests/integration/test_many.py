"""What services do with many schedules and executions at once, of any owners."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agents.models import Agent
from schedules import services
from schedules.models import Approval, Execution, Schedule
from schedules.tests.integration.scenes import (
    clear_queue,
    fail,
    park,
    pending,
    queued,
    row,
    running,
    states,
)
from tests.clients import person

pytestmark = pytest.mark.django_db(transaction=True)
Make = Callable[..., Schedule]


@pytest.fixture
def of() -> Callable[..., Schedule]:
    """A schedule of another owner's, of that name."""

    def create(name: str, **fields: Any) -> Schedule:
        owner = User.objects.filter(username=name).first() or person(name)
        agent, _ = Agent.objects.get_or_create(owner=owner, name="helper")
        values = {"schedule_type": "manual", "command": "say hello", "agent": agent}
        values |= {"name": f"{Schedule.objects.count()}"} | fields
        return services.create_schedule(owner=owner, fields=values)

    return create


def test_each_is_started_or_there_is_a_reason(make: Make, of: Callable[..., Schedule]) -> None:
    free, busy, over = make(), make(), make(max_runs=1)
    stopped, gone = of("bob"), of("eve")
    running(busy)
    pending(over)
    services.stop(owner=stopped.owner, by="bob")
    services.delete_schedule(schedule=gone)
    clear_queue()
    starts = services.run_each(schedules=[free, busy, over, stopped, gone])
    started = starts.pop(free.pk)
    assert (started.execution, started.refusal) == (Execution.objects.get(schedule=free).pk, "")
    assert queued() == [str(started.execution)]
    assert states(busy) == ["running", "skipped"]
    assert [start.refusal for start in starts.values()] == [
        "It does not run now: overlap: an earlier run of this schedule is still going on.",
        "All 1 runs that max_runs allows have been made.",
        "All runs of this owner are stopped: nothing starts until staff resume it.",
        "The schedule has been deleted in the meantime.",
    ]


def test_the_whole_system_stopped_stops_all(make: Make, of: Callable[..., Schedule]) -> None:
    services.stop(owner=None, by="root", note="fire")
    starts = services.run_each(schedules=[make(), of("bob")])
    assert {start.refusal.partition(":")[0] for start in starts.values()} == {
        "The whole system is stopped (fire)"
    }


@pytest.mark.parametrize("action", ["enable", "disable", "delete"])
def test_those_of_many_owners_are_changed_together(
    of: Callable[..., Schedule], action: str
) -> None:
    def cost(number: int) -> int:
        enabled = action != "enable"
        several = [of(f"owner {n}", enabled=enabled) for n in range(number)]
        with CaptureQueriesContext(connection) as captured:
            assert services.change_each(schedules=several, action=action) == {}
        return len(captured)

    assert cost(2) == cost(9)


def test_one_that_cannot_be_switched_on_stops_no_other(make: Make) -> None:
    good, over, gone = make(enabled=False), make(enabled=False), make(enabled=False)
    Schedule.objects.filter(pk=over.pk).update(end_at="2020-01-01T00:00Z")
    services.delete_schedule(schedule=gone)
    refused = services.change_each(schedules=[good, over, gone], action="enable")
    assert refused[over.pk].startswith("With these times the schedule would never run")
    assert refused[gone.pk] == "The schedule has been deleted in the meantime."
    good.refresh_from_db()
    over.refresh_from_db()
    assert (good.enabled, over.enabled) == (True, False)


class TestAgain:
    def test_each_schedule_as_often_as_it_is_asked_for(self, make: Make) -> None:
        schedule, other = make(overlap_policy="allow"), make()
        for run in (running(schedule), running(schedule), running(other)):
            fail(run, retryable=False)
        ended = list(Execution.objects.all())
        assert services.run_each_again(executions=ended) == {}
        assert states(schedule) == ["failed", "failed", "pending", "pending"]
        assert states(other) == ["failed", "pending"]

    def test_why_some_are_not(self, make: Make, owner: User, agent: Agent) -> None:
        waits, busy = pending(make()), running(make())
        orphan = running(make())
        for run in (busy, orphan):
            fail(run, retryable=False)
        running(row(busy.id).schedule or make())
        Execution.objects.filter(pk=orphan.id).update(agent=None, schedule=None)
        several = [waits, row(busy.id), row(orphan.id)]
        refused = services.run_each_again(executions=several)
        assert [refused[each.pk].partition(":")[0] for each in several] == [
            "It has not ended yet",
            "It does not run now",
            "Its agent has been deleted",
        ]

    def test_what_no_schedule_stands_for_is_an_agent_task(self, make: Make) -> None:
        ended = running(make())
        fail(ended, retryable=False)
        Execution.objects.filter(pk=ended.id).update(schedule=None)
        assert services.run_each_again(executions=[row(ended.id)]) == {}
        assert Execution.objects.filter(trigger="agent_task", state="pending").count() == 1


def test_each_call_is_decided_or_there_is_a_reason(make: Make) -> None:
    two, (late,) = park(running(make()), "pay", "tell"), park(running(make()))
    services.decide_approval(approval=late, approved=False, by="bob")
    clear_queue()
    refused = services.decide_approvals(approvals=[*two, late], approved=True, by="ann")
    assert refused == {late.pk: "Nothing is to be decided any more: the call is denied."}
    (execution,) = queued()
    assert row(UUID(execution)).state == "pending"
    assert Approval.objects.filter(state="approved", decided_by="ann").count() == 2
    assert services.decide_approvals(approvals=two, approved=True, by="eve") == {}


def test_deciding_many_costs_what_deciding_few_does(make: Make) -> None:
    def cost(number: int) -> int:
        several = [park(running(make()))[0] for _ in range(number)]
        with CaptureQueriesContext(connection) as captured:
            assert services.decide_approvals(approvals=several, approved=False, by="ann") == {}
        return len(captured)

    assert cost(2) == cost(9)


def test_starting_many_costs_what_starting_few_does(of: Callable[..., Schedule]) -> None:
    def cost(number: int) -> int:
        several = [of(f"owner {n}") for n in range(number)]
        with CaptureQueriesContext(connection) as captured:
            services.run_each(schedules=several)
        return len(captured)

    assert cost(2) == cost(9)
