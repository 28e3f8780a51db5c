"""Going on with the next model: which failures are reason enough, and what is recorded."""

import asyncio
import time
from decimal import Decimal
from typing import Any

import pytest
from pydantic_ai import FunctionToolset
from pydantic_ai.models.fallback import FallbackModel

from agents import runtime, tools
from agents.orders import Outcome, Usage
from agents.runners import llm_chain, llm_clients
from agents.runners.llm_meter import Meter
from agents.tests.conftest import Notes, order
from tests.scripted_behaviour import Behaviour
from tests.scripted_model import ScriptedModel

FIRST = "openai-chat:gpt-4o"


def run(usage: Usage | None = None, notes: Notes | None = None, **changes: Any) -> Outcome:
    """A run of the first model that may go on with the local one."""
    values = {"model": FIRST, "fallback_models": ["local"]} | changes
    return asyncio.run(runtime.run(order(**values), usage or Usage(), notes or Notes()))


def test_the_first_answers(first: ScriptedModel, scripted_model: ScriptedModel) -> None:
    usage = Usage()
    assert run(usage).text == "hello"
    assert usage.model == FIRST
    assert scripted_model.requests == []


@pytest.mark.parametrize(
    "behaviour",
    [
        Behaviour(status=503),
        Behaviour(status=429, retry_after=0.01),
        Behaviour(status=402),
        Behaviour(status=401),
        Behaviour(status=404),
        Behaviour(status=400, message="maximum context length is 10 tokens, you requested 20"),
        Behaviour(malformed=True),
        Behaviour(drop=True),
    ],
)
def test_the_next_answers(
    first: ScriptedModel, scripted_model: ScriptedModel, behaviour: Behaviour
) -> None:
    for _ in range(2):
        first.then(behaviour)
    usage, notes = Usage(), Notes()
    outcome = run(usage, notes)
    assert (outcome.state, outcome.text) == ("success", "hello")
    assert usage.model == "local:scripted"
    assert usage.llm_calls == 1
    assert [note["model"] for note in notes.of("model_request")] == [FIRST, "local:scripted"]
    *_, reason = notes.of("retry")
    assert FIRST in reason["reason"]
    assert "Trying again" not in reason["reason"]
    assert "planted" not in str(notes.notes)


def test_a_provider_that_is_down(
    first: ScriptedModel, scripted_model: ScriptedModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:1/v1")
    assert run().text == "hello"


def test_no_key_at_all(scripted_model: ScriptedModel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    notes = Notes()
    assert run(None, notes).text == "hello"
    assert "OPENAI_API_KEY" in notes.of("retry")[0]["reason"]


def test_a_hanging_model_gets_its_share_of_the_time(
    first: ScriptedModel, scripted_model: ScriptedModel
) -> None:
    first.then(Behaviour(seconds=60))
    begin = time.monotonic()
    assert run(timeout_seconds=4.0).text == "hello"
    assert 2 <= time.monotonic() - begin < 4


def test_the_last_has_all_that_is_left(first: ScriptedModel, scripted_model: ScriptedModel) -> None:
    first.then(Behaviour(status=401))
    scripted_model.then(Behaviour(seconds=2.5))
    assert run(timeout_seconds=4.0).state == "success"


def test_so_has_the_only_one_that_can_be_used(
    first: ScriptedModel, scripted_model: ScriptedModel, settings: Any
) -> None:
    settings.MODEL_BASE_URL = ""
    first.then(Behaviour(seconds=2.5))
    assert run(timeout_seconds=4.0).state == "success"


def test_one_that_cannot_be_used_takes_no_share(first: ScriptedModel, settings: Any) -> None:
    settings.MODEL_BASE_URL = ""
    names: dict[str, Any] = {"model": "local", "fallback_models": [FIRST, "openai-chat:gpt-5"]}

    async def shares() -> list[float | None]:
        meter = Meter(order(timeout_seconds=600.0, **names), Usage(), Notes())
        chain = llm_chain.build(meter, await llm_clients.of_this_loop())
        assert isinstance(chain, FallbackModel)
        return [model.share for model in chain.models if isinstance(model, llm_chain.Metered)]

    assert asyncio.run(shares()) == [300.0, None]


def test_the_last_is_ended_by_the_run(first: ScriptedModel, scripted_model: ScriptedModel) -> None:
    first.then(Behaviour(status=401))
    scripted_model.then(Behaviour(seconds=60))
    outcome = run(timeout_seconds=1.0)
    assert outcome.error_message == "The run took longer than its limit of 1 seconds."


def test_a_refused_request_is_not_carried_on(
    first: ScriptedModel, scripted_model: ScriptedModel
) -> None:
    first.then(Behaviour(status=400, message="no such field"))
    assert run().error_type == "request_rejected"
    assert scripted_model.requests == []


def test_a_budget_stops_all_models(first: ScriptedModel, scripted_model: ScriptedModel) -> None:
    assert run(max_tokens=0).error_type == "budget_exceeded"
    assert first.requests == scripted_model.requests == []


@pytest.mark.parametrize(
    ("statuses", "error_type", "retryable"),
    [
        ((503, 401), "provider_unavailable", True),
        ((401, 503), "provider_unavailable", True),
        ((401, 404), "bad_credentials", False),
    ],
)
def test_all_fail(
    first: ScriptedModel,
    scripted_model: ScriptedModel,
    statuses: tuple[int, int],
    error_type: str,
    retryable: bool,
) -> None:
    for model, status in zip((first, scripted_model), statuses, strict=True):
        for _ in range(2):
            model.then(Behaviour(status=status))
    outcome = run()
    assert (outcome.error_type, outcome.retryable) == (error_type, retryable)
    assert FIRST in outcome.error_message
    assert "local:scripted" in outcome.error_message


def test_no_model_can_be_used(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    settings.MODEL_BASE_URL = ""
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    outcome = run()
    assert (outcome.error_type, outcome.retryable) == ("bad_credentials", False)
    assert "OPENAI_API_KEY" in outcome.error_message
    assert "MODEL_BASE_URL" in outcome.error_message


def test_a_run_stays_with_the_model_that_answered(
    first: ScriptedModel, scripted_model: ScriptedModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def step() -> str:
        """Take a step."""
        return "taken"

    monkeypatch.setattr(tools, "toolsets", lambda order, desk: [FunctionToolset([step])])
    first.then(Behaviour(status=401))
    scripted_model.then(Behaviour(tool_calls=[("step", {})]))
    scripted_model.then(Behaviour(text="done"))
    usage = Usage()
    assert run(usage).text == "done"
    assert len(first.requests) == 1
    assert (usage.model, usage.llm_calls, usage.tool_calls) == ("local:scripted", 2, 1)


def test_each_model_has_its_price(
    first: ScriptedModel, scripted_model: ScriptedModel, settings: Any
) -> None:
    million = Decimal(1_000_000)
    settings.MODEL_PRICES = {
        FIRST: {"input": 5 * million, "output": 0 * million},
        "local": {"input": 3 * million, "output": 0 * million},
    }
    first.then(Behaviour(status=401))
    scripted_model.then(Behaviour(input_tokens=2))
    usage = Usage()
    run(usage)
    assert usage.cost == 6


def test_an_output_schema_works_with_each(
    first: ScriptedModel, scripted_model: ScriptedModel
) -> None:
    first.then(Behaviour(status=401))
    scripted_model.then(Behaviour(text='{"a": 1}'))
    assert run(output_schema={"type": "object", "required": ["a"]}).text == '{"a": 1}'


def test_the_same_model_twice_is_one(scripted_model: ScriptedModel) -> None:
    for _ in range(2):
        scripted_model.then(Behaviour(status=503))
    assert run(model="", fallback_models=["local"]).error_type == "provider_unavailable"
    assert len(scripted_model.requests) == 2
