"""/api/executions, /api/agent-tasks and the status page."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from agents.models import Agent, AgentTask
from agents.records import Finished
from schedules import claims, conclusions, outcomes, services
from schedules.models import Execution, Schedule
from tests.clients import client_of, person, problem_of, refused, send, superuser

pytestmark = pytest.mark.django_db


def run_to_success(execution: Execution, text: str) -> None:
    (claimed,) = claims.claim([execution.id], "worker 1")
    assert claimed.agent_task_id
    task = Finished(claimed.agent_task_id, "success", text, "m", 11, 7, llm_calls=2)
    outcomes.finish([conclusions.succeeded(claimed, task)])


# Of transactions of their own, as in a worker: a claim has the clock's time, an outcome its
# transaction's.
@pytest.mark.django_db(transaction=True)
def test_a_row_tells_the_whole_story(own: Client, make: Callable[..., Schedule]) -> None:
    execution = services.run_now(schedule=make(command="tell"))
    run_to_success(execution, "first line\nsecond line")
    row = send(own, "get", f"/api/executions/{execution.id}").json()
    assert (row["trigger"], row["state"], row["attempt"]) == ("manual", "success", 1)
    assert (row["input_tokens"], row["output_tokens"], row["llm_calls"]) == (11, 7, 2)
    assert row["result_summary"] == "first line"
    assert row["result"] == "first line\nsecond line"
    assert row["worker"] == "worker 1"
    assert row["duration_seconds"] >= 0
    assert row["lateness_seconds"] >= 0
    (attempt,) = row["attempts"]
    assert attempt["agent_task"]["command"] == "tell"
    (listed,) = send(own, "get", "/api/executions").json()["results"]
    assert "result" not in listed


def test_filters(own: Client, make: Callable[..., Schedule]) -> None:
    one, other = make(), make()
    run_to_success(services.run_now(schedule=one), "x")
    services.run_now(schedule=other)

    def count(query: str) -> int:
        return len(send(own, "get", f"/api/executions?{query}").json()["results"])

    assert count("state=success") == count("state=pending") == 1
    assert count(f"schedule={one.pk}") == 1
    assert count("trigger=timer") == 0
    assert set(refused(send(own, "get", "/api/executions?state=odd"))) == {"state"}


def test_cancel(own: Client, make: Callable[..., Schedule]) -> None:
    waiting = services.run_now(schedule=make())
    page = f"/api/executions/{waiting.id}/cancel"
    assert send(own, "post", page).json()["state"] == "cancelled"
    assert send(own, "post", page).status_code == 202
    running = services.run_now(schedule=make())
    claims.claim([running.id], "w")
    asked = send(own, "post", f"/api/executions/{running.id}/cancel").json()
    assert asked["state"] == "running"
    assert asked["cancel_requested_at"] is not None
    done = services.run_now(schedule=make())
    run_to_success(done, "x")
    problem_of(send(own, "post", f"/api/executions/{done.id}/cancel"), 409)


def test_an_agent_task_of_its_own(own: Client, agent: Agent) -> None:
    order = {"agent": agent.pk, "command": "look around"}
    task = send(own, "post", "/api/agent-tasks", order)
    assert task.status_code == 202
    assert task.json()["state"] == "pending"
    execution = Execution.objects.get()
    assert (execution.trigger, execution.schedule) == ("agent_task", None)
    run_to_success(execution, "seen")
    row = send(own, "get", f"/api/agent-tasks/{task.json()['id']}").json()
    assert (row["state"], row["result"]) == ("success", "seen")
    assert AgentTask.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"agent": None}, "agent"),
        ({"command": " "}, "command"),
        ({"command": "\x00"}, "command"),
        ({"command": "x" * 20_001}, "command"),
        ({"timeout_seconds": 0}, "timeout_seconds"),
        ({"timeout_seconds": 10**9}, "timeout_seconds"),
        ({"when": "now"}, "when"),
    ],
)
def test_a_bad_order_starts_nothing(
    own: Client, agent: Agent, changes: dict[str, Any], field: str
) -> None:
    order = {"agent": agent.pk, "command": "look"} | changes
    assert set(refused(send(own, "post", "/api/agent-tasks", order))) == {field}
    assert not Execution.objects.exists()


def test_a_cancelled_agent_task_ends_with_its_execution(own: Client, agent: Agent) -> None:
    task = send(own, "post", "/api/agent-tasks", {"agent": agent.pk, "command": "look"}).json()
    send(own, "post", f"/api/executions/{Execution.objects.get().id}/cancel")
    assert send(own, "get", f"/api/agent-tasks/{task['id']}").json()["state"] == "cancelled"


def test_status_counts_what_one_may_see(own: Client, make: Callable[..., Schedule]) -> None:
    run_to_success(services.run_now(schedule=make()), "x")
    services.run_now(schedule=make())
    make(schedule_type="interval", interval_value=1, interval_unit="days")
    mine = send(own, "get", "/api/scheduler/status").json()
    assert (mine["pending"], mine["running"], mine["waiting"]) == (1, 0, 0)
    assert mine["last_24_hours"] == {"success": 1}
    assert mine["next_due_at"] is not None
    assert mine["oldest_pending_seconds"] >= 0
    assert mine["time_zone_data"].startswith("20")
    theirs = send(client_of(person("eve")), "get", "/scheduler/status").json()
    assert (theirs["pending"], theirs["last_24_hours"]) == (0, {})
    assert theirs["next_due_at"] is None
    staff = send(client_of(superuser("root")), "get", "/scheduler/status/").json()
    assert staff["pending"] == 1


def test_an_agent_that_was_just_deleted_is_refused_at_its_field(
    agent: Agent, make: Callable[..., Schedule]
) -> None:
    Agent.objects.filter(pk=agent.pk).delete()
    with pytest.raises(ValidationError) as refusal:
        make()
    assert set(refusal.value.message_dict) == {"agent"}
