"""Runs with tools or an output schema: pydantic-ai's Agent, its steps noted."""

import json
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from pydantic_ai import (
    Agent,
    DeferredToolRequests,
    UnexpectedModelBehavior,
    UsageLimits,
)
from pydantic_ai.messages import FunctionToolCallEvent, FunctionToolResultEvent
from pydantic_ai.models import Model
from pydantic_ai.run import AgentRun
from pydantic_ai.toolsets import AbstractToolset

from agents.errors import ErrorType, RunFailed
from agents.orders import Order
from agents.runners import llm_answers, llm_events, llm_parking
from agents.runners.llm_meter import Meter

# How often the model is asked again: after an answer, or after arguments, that cannot be used.
RETRIES = 1
AGENTS_KEPT = 100
# The meter counts, and says more when it is enough.
NO_LIMITS = UsageLimits(request_limit=None)


async def answer(
    meter: Meter,
    model: Model,
    toolsets: Sequence[AbstractToolset[Any]],
) -> str:
    """The model's answer: text, or JSON that follows the order's output schema.

    Parked if it wants to call a tool that somebody has to approve first. A run that was parked
    goes on from its messages instead of beginning with the command.
    """
    order, resumed = meter.order, meter.order.resumed
    before = llm_parking.messages(resumed) if resumed else []
    meter.before = llm_parking.calls_before(before)
    for call, denial in (resumed.answers if resumed else {}).items():
        meter.desk.note("approval", llm_events.answered(call, denial))
    async with _agent(*_kind(order, model, toolsets)).iter(
        None if resumed else order.command,
        model=model,
        instructions=order.instructions or None,
        toolsets=toolsets,
        message_history=before or None,
        deferred_tool_results=llm_parking.results(resumed) if resumed else None,
        deps=meter,
        usage_limits=NO_LIMITS,
        infer_name=False,
    ) as run:
        try:
            await _follow(run, meter)
        except UnexpectedModelBehavior as error:
            raise _useless(error, order, meter) from error
    assert run.result is not None
    output = run.result.output
    if isinstance(output, DeferredToolRequests):
        raise llm_parking.parked(order, run.all_messages(), output)
    return output if isinstance(output, str) else json.dumps(output, ensure_ascii=False)


async def _follow(run: AgentRun[Meter, Any], meter: Meter) -> None:
    """Take the run's steps to its end; note what tools are called with and what they return."""
    async for node in run:
        if Agent.is_model_request_node(node) and (reason := llm_events.complaint(node.request)):
            meter.retry(reason)
        elif Agent.is_call_tools_node(node):
            async with node.stream(run.ctx) as events:
                async for event in events:
                    _note(event, meter)


def _note(event: object, meter: Meter) -> None:
    if isinstance(event, FunctionToolCallEvent):
        meter.usage.tool_calls += 1
        meter.desk.note("tool_call", llm_events.tool_call(event.part))
    elif isinstance(event, FunctionToolResultEvent):
        meter.desk.note("tool_result", llm_events.tool_result(event.part))


def _kind(
    order: Order, model: Model, toolsets: Sequence[AbstractToolset[Any]]
) -> tuple[str, str, bool]:
    if order.output_schema is None:
        return "", "", bool(toolsets)
    return json.dumps(order.output_schema), llm_answers.mode(model), bool(toolsets)


@lru_cache(AGENTS_KEPT)
def _agent(schema: str, mode: str, with_tools: bool) -> Agent[Meter, Any]:
    """Made once for each kind; model, instructions and tools come with each run."""
    output: Any = llm_answers.output_type(json.loads(schema), mode) if schema else str
    agent: Agent[Meter, Any] = Agent(
        output_type=[output, DeferredToolRequests] if with_tools else output,
        deps_type=Meter,
        retries=RETRIES,
    )
    if schema:
        agent.output_validator(llm_answers.validator(json.loads(schema)))
    return agent


def _useless(error: UnexpectedModelBehavior, order: Order, meter: Meter) -> Exception:
    """The same, or that the answer does not follow the schema, also after it was asked again."""
    if order.output_schema is None or type(error) is not UnexpectedModelBehavior:
        return error
    problem = f": {meter.problem}" if meter.problem else "."
    return RunFailed(
        ErrorType.INVALID_OUTPUT,
        f"The answer of {meter.usage.model} does not follow the output schema{problem}",
    )
