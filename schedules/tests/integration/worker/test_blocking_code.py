"""Code that blocks, in agents as they are: the worker's loop and its heartbeats go on."""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.auth.models import User
from pytest_django import Settings

from agents import services as agents
from agents import tools
from agents.context import BlockingDesk, Context
from agents.models import Agent
from agents.runtime import run
from schedules import runs
from schedules.models import Execution
from schedules.tests.integration.scenes import set_row
from schedules.tests.integration.worker.waits import TIMEOUT, becomes, renewed_twice
from schedules.worker import Engine
from tests.scripted_behaviour import Behaviour
from tests.scripted_model import ScriptedModel

pytestmark = pytest.mark.django_db(transaction=True)
Give = Callable[..., Execution]
begun, gate = threading.Event(), threading.Event()


def block() -> str:
    """Blocks its thread until the test lets it go."""
    begun.set()
    return "went on" if gate.wait(2 * TIMEOUT) else "stuck"


def block_as_function(context: Context[BlockingDesk]) -> str:
    return block()


@pytest.fixture(params=["tool", "function"])
def agent(
    request: pytest.FixtureRequest, owner: User, settings: Settings, scripted_model: ScriptedModel
) -> Iterator[Agent]:
    """A model that calls a tool that blocks, or a function that does."""
    settings.AGENT_FUNCTIONS = {"block": f"{__name__}.block_as_function"}
    tools.registry.register("block", f"{__name__}.block")
    scripted_model.then(Behaviour(tool_calls=[("block", {})]))
    kinds: dict[str, dict[str, Any]] = {
        "tool": {"tools": {"block": "allow"}},
        "function": {"runner": "function", "options": {"function": "block"}},
    }
    yield agents.create_agent(owner=owner, fields={"name": "helper", **kinds[request.param]})
    tools.registry.unregister("block")


@pytest.fixture
def blocked(engine: Engine, give: Give, monkeypatch: pytest.MonkeyPatch) -> Iterator[Execution]:
    """A run whose thread is held."""
    monkeypatch.setattr(runs.runtime, "run", run)
    begun.clear()
    gate.clear()
    execution = give("block")
    engine.submit(execution.id)
    assert begun.wait(TIMEOUT)
    yield execution
    gate.set()


def test_heartbeats_go_on(blocked: Execution) -> None:
    for _ in range(3):
        assert renewed_twice(blocked)
    gate.set()
    becomes(blocked, "success")


def test_it_can_be_cancelled(blocked: Execution) -> None:
    set_row(blocked.id, cancel_requested_at="now()")
    becomes(blocked, "cancelled")
    assert not gate.is_set()
