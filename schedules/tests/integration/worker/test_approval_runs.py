"""From a call that has to be approved to the end of the run, with a model and two workers."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User

from agents import services as agents
from agents.models import Agent, AgentTaskEvent, Memory
from agents.runtime import run
from schedules import approvals, db, runs, services
from schedules.models import Approval, Execution
from schedules.tests.integration.worker.waits import becomes
from schedules.worker import Engine
from tests.scripted_behaviour import Behaviour
from tests.scripted_model import ScriptedModel

pytestmark = pytest.mark.django_db(transaction=True)
Give = Callable[..., Execution]
SET = ("memory", {"action": "set", "key": "a", "value": "b"})


@pytest.fixture
def engines(start: Callable[..., Engine], monkeypatch: pytest.MonkeyPatch) -> list[Engine]:
    """Two that run agents as they are."""
    found = [start(1), start(1)]
    monkeypatch.setattr(runs.runtime, "run", run)
    return found


@pytest.fixture
def agent(owner: User) -> Agent:
    fields = {"name": "helper", "tools": {"memory": "ask", "current_time": "allow"}}
    return agents.create_agent(owner=owner, fields=fields)


def decide(approved: bool) -> Approval:
    return services.decide_approval(
        approval=Approval.objects.latest("id"), approved=approved, by="ann"
    )


def kept() -> str | None:
    return Memory.objects.filter(key="a").values_list("value", flat=True).first()


def test_approved_on_another_worker(
    engines: list[Engine], give: Give, scripted_model: ScriptedModel
) -> None:
    scripted_model.then(Behaviour(tool_calls=[SET], input_tokens=10, output_tokens=1))
    execution = give("remember b")
    assert engines[0].submit(execution.id) == ()
    becomes(execution, "waiting")
    assert kept() is None
    # The only slot of the first worker is free again.
    other = give("say hello")
    assert engines[0].submit(other.id) == ()
    becomes(other, "success")
    decide(True)
    scripted_model.then(Behaviour(text="remembered", input_tokens=20, output_tokens=2))
    assert engines[1].submit(execution.id) == ()
    ended = becomes(execution, "success")
    assert (ended.result_summary, kept()) == ("remembered", "b")
    assert (ended.llm_calls, ended.input_tokens, ended.output_tokens) == (2, 30, 3)
    assert ended.attempts.get(number=2).trigger == "resumed"
    events = AgentTaskEvent.objects.filter(kind="approval").order_by("task_id", "number")
    assert [set(event.data) for event in events] == [{"asked"}, {"id", "approved"}]


@pytest.mark.parametrize("how", ["denied", "expired"])
def test_without_an_approval_the_call_is_not_made(
    engines: list[Engine], give: Give, scripted_model: ScriptedModel, how: str
) -> None:
    scripted_model.then(Behaviour(tool_calls=[SET]))
    execution = give("remember b")
    engines[0].submit(execution.id)
    becomes(execution, "waiting")
    if how == "denied":
        decide(False)
    else:
        db.fetch("UPDATE schedules_parking SET expires_at = now()")
        assert approvals.expire() == 1
    scripted_model.then(Behaviour(text="so be it"))
    engines[1].submit(execution.id)
    assert becomes(execution, "success").result_summary == "so be it"
    assert kept() is None
    told = str(scripted_model.requests[-1]["body"]["messages"][-1]["content"])
    assert told == ("The call was denied." if how == "denied" else approvals.NOBODY)


def test_an_agent_task_goes_on_under_its_id(
    engines: list[Engine], owner: User, agent: Agent, scripted_model: ScriptedModel
) -> None:
    scripted_model.then(Behaviour(tool_calls=[SET]))
    asked = services.start_agent_task(owner=owner, agent=agent, command="remember b")
    execution = Execution.objects.get()
    engines[0].submit(execution.id)
    becomes(execution, "waiting")
    decide(False)
    scripted_model.then(Behaviour(text="done"))
    engines[1].submit(execution.id)
    becomes(execution, "success")
    asked.refresh_from_db()
    assert (asked.state, asked.result, asked.llm_calls) == ("success", "done", 2)
    numbers = asked.events.values_list("number", flat=True)
    assert list(numbers) == list(range(1, len(numbers) + 1))
    assert len(numbers) > 5
