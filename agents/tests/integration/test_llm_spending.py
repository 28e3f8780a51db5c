"""What runs spend, and where their budgets stop them."""

import asyncio
import threading
from decimal import Decimal
from typing import Any

import pytest
from pydantic_ai import FunctionToolset

from agents import runtime, tools
from agents.orders import Outcome, Usage
from agents.tests.conftest import Notes, order
from tests.scripted_behaviour import Behaviour
from tests.scripted_model import ScriptedModel

PRICES = {"local": {"input": Decimal(1000), "output": Decimal(2000), "cached": Decimal(100)}}


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """A tool `step`, and what it was called with."""
    taken: list[int] = []

    async def step(number: int) -> str:
        """Take a step."""
        taken.append(number)
        return "taken"

    monkeypatch.setattr(tools, "toolsets", lambda order, desk: [FunctionToolset([step])])
    return taken


def run(usage: Usage, **changes: Any) -> Outcome:
    return asyncio.run(runtime.run(order(**changes), usage, Notes()))


def calls_a_tool(model: ScriptedModel, times: int = 1, **changes: Any) -> None:
    for number in range(times):
        calls = [("step", {"number": number})]
        model.then(Behaviour(tool_calls=calls, input_tokens=40, output_tokens=10, **changes))


def test_all_that_is_spent(scripted_model: ScriptedModel, settings: Any) -> None:
    settings.MODEL_PRICES = PRICES
    scripted_model.then(
        Behaviour(input_tokens=100, output_tokens=20, cached_tokens=60, reasoning_tokens=5)
    )
    usage = Usage()
    run(usage)
    # 40 at $1000, 60 at $100 and 20 at $2000 a million.
    assert usage == Usage(
        input_tokens=100,
        output_tokens=20,
        cached_tokens=60,
        reasoning_tokens=5,
        llm_calls=1,
        cost=Decimal("0.086"),
        model="local:scripted",
    )


def test_spending_adds_up(scripted_model: ScriptedModel, settings: Any, steps: list[int]) -> None:
    settings.MODEL_PRICES = PRICES
    calls_a_tool(scripted_model, 2)
    scripted_model.then(Behaviour(text="done", input_tokens=1, output_tokens=1))
    usage = Usage()
    assert run(usage).text == "done"
    assert (usage.llm_calls, usage.tool_calls, steps) == (3, 2, [0, 1])
    assert (usage.input_tokens, usage.output_tokens) == (81, 21)
    assert usage.cost == Decimal("0.123")


def test_a_price_that_is_not_known(scripted_model: ScriptedModel, monkeypatch: Any) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "planted")
    monkeypatch.setenv("OPENAI_BASE_URL", scripted_model.url)
    usage = Usage()
    assert run(usage, model="openai-chat:nobody-knows-me").state == "success"
    assert usage.cost is None


def test_a_listed_price(scripted_model: ScriptedModel, monkeypatch: Any) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "planted")
    monkeypatch.setenv("OPENAI_BASE_URL", scripted_model.url)
    scripted_model.then(Behaviour(input_tokens=1_000_000, output_tokens=0))
    usage = Usage()
    run(usage, model="openai-chat:gpt-4o")
    assert usage.cost == Decimal("2.5")


def test_spending_is_known_before_tools_are_called(
    scripted_model: ScriptedModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = Usage()
    seen = []

    async def look() -> str:
        """Look at the spending."""
        seen.append((usage.input_tokens, usage.llm_calls))
        return "seen"

    monkeypatch.setattr(tools, "toolsets", lambda order, desk: [FunctionToolset([look])])
    scripted_model.then(Behaviour(tool_calls=[("look", {})], input_tokens=40))
    run(usage)
    assert seen == [(40, 1)]


# The first prompt has 74 tokens, 71 of them for the tool, the others 52; each call spends 50.
@pytest.mark.parametrize(
    ("max_tokens", "calls"), [(74, 0), (75, 1), (102, 1), (103, 2), (152, 2), (153, 3)]
)
def test_max_tokens(
    scripted_model: ScriptedModel, steps: list[int], max_tokens: int, calls: int
) -> None:
    calls_a_tool(scripted_model, 2)
    usage = Usage()
    outcome = run(usage, max_tokens=max_tokens)
    assert len(scripted_model.requests) == usage.llm_calls == calls
    if calls == 3:
        assert outcome.state == "success"
    else:
        assert (outcome.error_type, outcome.retryable) == ("budget_exceeded", False)
        assert outcome.error_message == (
            f"The run has used {50 * calls} tokens, and its next call has a prompt of about "
            f"{52 if calls else 74}; its budget leaves it {max_tokens}."
        )


@pytest.mark.parametrize(
    ("max_cost", "calls"), [("0.075", 0), ("0.076", 1), ("0.113", 1), ("0.114", 2), ("0.174", 3)]
)
def test_max_cost(
    scripted_model: ScriptedModel, settings: Any, steps: list[int], max_cost: str, calls: int
) -> None:
    settings.MODEL_PRICES = PRICES
    calls_a_tool(scripted_model, 2)  # $0.06 each
    outcome = run(Usage(), max_cost=Decimal(max_cost))
    assert len(scripted_model.requests) == calls
    if calls < 3:
        assert outcome.error_type == "budget_exceeded"
        assert f"; its budget leaves it ${Decimal(max_cost):.6f}." in outcome.error_message


@pytest.mark.parametrize("limit", [{"max_tokens": 23}, {"max_cost": Decimal("0.043")}])
def test_an_answer_may_be_as_long_as_its_budget_pays_for(
    scripted_model: ScriptedModel, settings: Any, limit: dict[str, Any]
) -> None:
    settings.MODEL_PRICES = PRICES
    run(Usage(), **limit)
    assert scripted_model.requests[-1]["body"]["max_completion_tokens"] == 20
    scripted_model.then(Behaviour(text="half an ans", finish_reason="length"))
    outcome = run(Usage(), **limit)
    assert (outcome.error_type, outcome.retryable) == ("budget_exceeded", False)
    assert outcome.error_message == (
        "The answer of local:scripted was cut off at 20 tokens, all that the run's budget had "
        "left for it."
    )
    run(Usage(), max_tokens=1000, max_output_tokens=7)
    assert scripted_model.requests[-1]["body"]["max_completion_tokens"] == 7


SCHEMA = {"type": "object", "properties": {"a": {"description": "x" * 300}}}


@pytest.mark.parametrize(
    ("command", "prompt", "changes"),
    [
        ("天天向上", 7, {}),
        ("\U0001f600" * 3, 7, {}),
        ("1,2,3", 5, {}),
        ("say hello", 103, {"output_schema": SCHEMA}),
    ],
)
def test_all_that_is_sent_is_in_the_prompt(
    scripted_model: ScriptedModel, command: str, prompt: int, changes: dict[str, Any]
) -> None:
    scripted_model.then(Behaviour(text="{}"))
    run(Usage(), command=command, max_tokens=500, max_output_tokens=500, **changes)
    found = 500 - scripted_model.requests[0]["body"]["max_completion_tokens"]
    assert prompt <= found <= prompt + 50 * len(changes)


def test_what_costs_nothing_needs_no_budget(scripted_model: ScriptedModel) -> None:
    assert run(Usage(), max_cost=Decimal(0)).state == "success"


def test_a_budget_in_dollars_needs_a_price(
    scripted_model: ScriptedModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "planted")
    monkeypatch.setenv("OPENAI_BASE_URL", scripted_model.url)
    outcome = run(Usage(), model="openai-chat:nobody-knows-me", max_cost=Decimal(9))
    assert outcome.error_type == "budget_exceeded"
    assert "the price of openai-chat:nobody-knows-me is not known" in outcome.error_message
    assert scripted_model.requests == []


def test_max_llm_calls_counts_those_with_tools(
    scripted_model: ScriptedModel, steps: list[int]
) -> None:
    calls_a_tool(scripted_model, 9)
    assert run(Usage(), max_llm_calls=3).error_type == "limit_exceeded"
    assert len(scripted_model.requests) == 3


def test_cancellation_keeps_what_was_spent(
    scripted_model: ScriptedModel, settings: Any, steps: list[int]
) -> None:
    settings.MODEL_PRICES = PRICES
    calls_a_tool(scripted_model)
    scripted_model.then(Behaviour(until=threading.Event()))
    usage = Usage()

    async def cancelled() -> None:
        task = asyncio.create_task(runtime.run(order(), usage, Notes()))
        while len(scripted_model.requests) < 2:
            await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(cancelled())
    assert (usage.llm_calls, usage.tool_calls, usage.cost) == (1, 1, Decimal("0.06"))
