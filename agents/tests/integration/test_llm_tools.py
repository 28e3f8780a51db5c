"""Runs with tools, and what becomes of them when tools or answers break."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from pydantic_ai import FunctionToolset

from agents import runtime, tools
from agents.errors import ErrorType, RunFailed
from agents.orders import Outcome, Usage
from agents.runners import llm_size
from agents.tests.conftest import Notes, order
from tests.scripted_behaviour import Behaviour
from tests.scripted_model import ScriptedModel

Give = Callable[..., None]


@pytest.fixture
def give(monkeypatch: pytest.MonkeyPatch) -> Give:
    """Gives every run these tools."""

    def put(*toolsets: Any) -> None:
        monkeypatch.setattr(tools, "toolsets", lambda order, desk: list(toolsets))

    return put


def run(usage: Usage | None = None, **changes: Any) -> Outcome:
    return asyncio.run(runtime.run(order(**changes), usage or Usage(), Notes()))


async def step(number: int) -> str:
    """Take a step."""
    return f"step {number} taken"


async def fall() -> str:
    """Fall over."""
    raise ValueError("planted-secret-key")


async def refuse() -> str:
    """Refuse."""
    raise RunFailed(ErrorType.TOOL_FAILED, "The tool 'refuse' failed.")


def test_the_model_reads_what_a_tool_returns(scripted_model: ScriptedModel, give: Give) -> None:
    give(FunctionToolset([step]))
    scripted_model.then(Behaviour(tool_calls=[("step", {"number": 3})]))
    scripted_model.then(Behaviour(text="done"))
    assert run(command="Go", instructions="Be brief.").text == "done"
    offered, told = (request["body"] for request in scripted_model.requests)
    assert offered["tools"][0]["function"]["name"] == "step"
    assert [message["role"] for message in told["messages"]] == [
        *("system", "user", "assistant", "tool"),
    ]
    assert told["messages"][-1]["content"] == "step 3 taken"


def test_tools_and_a_schema(scripted_model: ScriptedModel, give: Give) -> None:
    give(FunctionToolset([step]))
    scripted_model.then(Behaviour(tool_calls=[("step", {"number": 3})]))
    scripted_model.then(Behaviour(text='{"taken": 3}'))
    schema = {"type": "object", "required": ["taken"]}
    assert run(output_schema=schema).text == '{"taken": 3}'


def test_a_tool_that_fails_ends_the_run_with_its_reason(
    scripted_model: ScriptedModel, give: Give
) -> None:
    give(FunctionToolset([refuse]))
    scripted_model.then(Behaviour(tool_calls=[("refuse", {})]))
    outcome = run()
    assert (outcome.error_type, outcome.retryable) == ("tool_failed", True)
    assert outcome.error_message == "The tool 'refuse' failed."


def test_an_error_in_a_tool(scripted_model: ScriptedModel, give: Give) -> None:
    give(FunctionToolset([fall]))
    scripted_model.then(Behaviour(tool_calls=[("fall", {})]))
    usage = Usage()
    outcome = run(usage)
    assert (outcome.state, outcome.error_type) == ("failed", "internal_error")
    assert "planted" not in outcome.error_message
    assert (usage.llm_calls, usage.tool_calls) == (1, 1)


@pytest.mark.parametrize("call", [("step", {"number": "x"}), ("nothing", {})])
def test_a_call_that_is_never_right(
    scripted_model: ScriptedModel, give: Give, call: tuple[str, dict[str, Any]]
) -> None:
    give(FunctionToolset([step]))
    for _ in range(5):
        scripted_model.then(Behaviour(tool_calls=[call]))
    outcome = run()
    assert (outcome.error_type, outcome.retryable) == ("invalid_output", True)
    assert len(scripted_model.requests) == 2


def test_cancellation_reaches_a_tool(scripted_model: ScriptedModel, give: Give) -> None:
    begun, ended = asyncio.Event(), asyncio.Event()

    async def wait() -> str:
        """Wait."""
        begun.set()
        try:
            await asyncio.sleep(60)
        finally:
            ended.set()
        return ""

    give(FunctionToolset([wait]))
    scripted_model.then(Behaviour(tool_calls=[("wait", {})]))

    async def cancelled() -> None:
        task = asyncio.create_task(runtime.run(order(), Usage(), Notes()))
        await begun.wait()
        task.cancel()
        async with asyncio.timeout(1):
            with pytest.raises(asyncio.CancelledError):
                await task

    asyncio.run(cancelled())
    assert ended.is_set()


@pytest.mark.parametrize("stream", [True, False])
def test_an_answer_without_end(
    scripted_model: ScriptedModel, monkeypatch: pytest.MonkeyPatch, stream: bool
) -> None:
    monkeypatch.setattr(llm_size, "MAX_ANSWER_BYTES", 100_000)
    monkeypatch.setattr(llm_size, "MAX_STREAM_BYTES", 100_000)
    outcome = run(command="repeat 200000", options={"stream": stream})
    assert (outcome.error_type, outcome.retryable) == ("invalid_output", True)
    assert outcome.error_message == "The provider sent more than 100,000 bytes in one answer."
    assert len(scripted_model.requests) == 1
