"""Calls that do not come back, or of which the provider does not say what they were."""

import asyncio
import threading
from decimal import Decimal
from typing import Any

import pytest

from agents import runtime
from agents.orders import Outcome, Usage
from agents.tests.conftest import Notes, order
from tests.scripted_behaviour import Behaviour
from tests.scripted_model import ScriptedModel

# "say hello" in tokens, about; a token costs a dollar, and of the first model ten.
ASKED = 3
MILLION = Decimal(1_000_000)
FIRST = "openai-chat:gpt-4o"
PRICES = {
    "local": {"input": MILLION, "output": MILLION},
    FIRST: {"input": 10 * MILLION, "output": 10 * MILLION},
}


@pytest.fixture(autouse=True)
def prices(settings: Any) -> None:
    settings.MODEL_PRICES = PRICES


def run(usage: Usage, **changes: Any) -> Outcome:
    return asyncio.run(runtime.run(order(**changes), usage, Notes()))


def fails(provider: ScriptedModel, behaviour: Behaviour, **changes: Any) -> Usage:
    # As often as a call is tried, also after a 429.
    for _ in range(4):
        provider.then(behaviour)
    usage = Usage()
    assert run(usage, **changes).state == "failed"
    assert (usage.input_tokens, usage.output_tokens, usage.llm_calls) == (0, 0, 0)
    return usage


@pytest.mark.parametrize("status", [400, 401, 402, 403, 404, 422, 429, 503])
def test_what_is_refused_before_the_model_was_asked_costs_nothing(
    scripted_model: ScriptedModel, status: int
) -> None:
    usage = fails(scripted_model, Behaviour(status=status, retry_after=0.01))
    assert (usage.estimated_tokens, usage.estimated_cost, usage.cost) == (0, 0, 0)


def test_what_reaches_nobody_costs_nothing(scripted_model: ScriptedModel, settings: Any) -> None:
    settings.MODEL_BASE_URL = "http://127.0.0.1:1/v1"
    usage = fails(scripted_model, Behaviour())
    assert (usage.estimated_tokens, usage.estimated_cost) == (0, 0)


@pytest.mark.parametrize(
    ("behaviour", "tries"),
    [
        *((Behaviour(status=500), 2), (Behaviour(status=504), 2), (Behaviour(status=408), 2)),
        *((Behaviour(drop=True), 2), (Behaviour(malformed=True), 1)),
    ],
)
def test_what_may_have_been_answered_costs_its_prompt(
    scripted_model: ScriptedModel, behaviour: Behaviour, tries: int
) -> None:
    """Each time that it was sent."""
    usage = fails(scripted_model, behaviour)
    spent = tries * ASKED
    assert (usage.estimated_tokens, usage.estimated_cost, usage.cost) == (spent, spent, 0)


def test_so_does_a_first_try_after_which_the_second_is_answered(
    scripted_model: ScriptedModel,
) -> None:
    scripted_model.then(Behaviour(drop=True))
    scripted_model.then(Behaviour(input_tokens=2, output_tokens=5))
    usage = Usage()
    assert run(usage).state == "success"
    assert (usage.estimated_tokens, usage.input_tokens, usage.output_tokens) == (ASKED, 2, 5)
    assert (usage.llm_calls, usage.cost) == (1, 7)


def test_a_call_that_takes_too_long_costs_its_prompt(scripted_model: ScriptedModel) -> None:
    usage = fails(scripted_model, Behaviour(seconds=60), timeout_seconds=0.5)
    assert (usage.estimated_tokens, usage.estimated_cost) == (ASKED, ASKED)


@pytest.mark.parametrize("options", [{}, {"stream": True}])
def test_a_call_that_is_cancelled_costs_its_prompt(
    scripted_model: ScriptedModel, options: dict[str, Any]
) -> None:
    scripted_model.then(Behaviour(until=threading.Event()))
    usage = Usage()

    async def cancelled() -> None:
        task = asyncio.create_task(runtime.run(order(options=options), usage, Notes()))
        while not scripted_model.requests:
            await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(cancelled())
    assert (usage.estimated_tokens, usage.estimated_cost, usage.llm_calls) == (ASKED, ASKED, 0)


def test_of_a_stream_that_breaks_off_what_had_come_counts(scripted_model: ScriptedModel) -> None:
    broken = Behaviour(text="x" * 100, drop=True)
    usage = fails(scripted_model, broken, options={"stream": True})
    # Its first piece has eight characters.
    assert (usage.estimated_tokens, usage.estimated_cost) == (ASKED + 3, ASKED + 3)


def test_a_model_that_another_one_stands_in_for_has_its_price(
    first: ScriptedModel, scripted_model: ScriptedModel
) -> None:
    first.then(Behaviour(seconds=60))
    scripted_model.then(Behaviour(input_tokens=2, output_tokens=5))
    usage = Usage()
    models = {"model": FIRST, "fallback_models": ["local"]}
    assert run(usage, timeout_seconds=2.0, **models).state == "success"
    assert (usage.estimated_tokens, usage.estimated_cost) == (ASKED, 10 * ASKED)
    assert (usage.input_tokens, usage.output_tokens, usage.cost) == (2, 5, 7)


def test_where_the_price_is_not_known_the_cost_is_not(
    first: ScriptedModel, scripted_model: ScriptedModel
) -> None:
    usage = fails(first, Behaviour(drop=True), model="openai-chat:nobody-knows-me")
    assert (usage.estimated_tokens, usage.estimated_cost, usage.cost) == (2 * ASKED, 0, None)


def test_what_is_estimated_is_not_there_for_the_next_model(
    first: ScriptedModel, scripted_model: ScriptedModel
) -> None:
    models = {"model": FIRST, "fallback_models": ["local"]}
    for limit, tries, left in (({"max_tokens": 20}, 2, 11), ({"max_cost": Decimal(44)}, 1, 11)):
        asked = len(first.requests)
        for _ in range(tries):
            first.then(Behaviour(drop=True))
        assert run(Usage(), **limit, **models).state == "success"
        # 20 less three prompts, of 3 each; $44 less $30, which no second try can pay, and less $3.
        room = scripted_model.requests[-1]["body"]["max_completion_tokens"]
        assert (len(first.requests) - asked, room) == (tries, left)


def test_a_second_try_has_the_room_that_the_first_has_left(scripted_model: ScriptedModel) -> None:
    scripted_model.then(Behaviour(drop=True))
    assert run(Usage(), max_tokens=20).state == "success"
    rooms = [request["body"]["max_completion_tokens"] for request in scripted_model.requests]
    assert rooms == [20 - ASKED, 20 - 2 * ASKED]


def test_without_room_the_failure_stands(scripted_model: ScriptedModel) -> None:
    """Another attempt, for which budgets are asked again, may have more."""
    scripted_model.then(Behaviour(drop=True))
    assert run(Usage(), max_tokens=2 * ASKED).error_type == "provider_unavailable"
    assert len(scripted_model.requests) == 1


@pytest.mark.parametrize("options", [{}, {"stream": True}])
def test_what_a_provider_does_not_say_is_estimated(
    scripted_model: ScriptedModel, options: dict[str, Any]
) -> None:
    scripted_model.then(Behaviour(text="x" * 30, silent=True))
    usage = Usage()
    assert run(usage, options=options).state == "success"
    assert (usage.input_tokens, usage.output_tokens, usage.llm_calls) == (0, 0, 1)
    assert (usage.estimated_tokens, usage.estimated_cost) == (ASKED + 10, ASKED + 10)
    assert usage.cost is None
