"""How a model is asked for an answer that follows a schema, and told that one does not."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from pydantic_ai import (
    ModelRetry,
    NativeOutput,
    PromptedOutput,
    RunContext,
    StructuredDict,
    ToolOutput,
)
from pydantic_ai.models import Model
from pydantic_ai.models.fallback import FallbackModel

from agents.runners import llm_output
from agents.runners.llm_meter import Meter
from agents.threads import Threads

NAME = "answer"
# The first that all models of a run can do; the last needs nothing of them.
MODES = (("supports_json_schema_output", "native"), ("supports_tools", "tool"))
# Their own: functions and tools may hold all others for long. And more would gain nothing.
_checking = Threads(4)


def mode(model: Model) -> str:
    """How: by the provider's own structured output, as a tool's arguments, or in words."""
    models = model.models if isinstance(model, FallbackModel) else [model]
    for ability, name in MODES:
        if all(each.profile.get(ability, False) for each in models):
            return name
    return "prompted"


def output_type(schema: Mapping[str, Any], how: str) -> Any:
    """The schema as pydantic-ai takes it."""
    answer = StructuredDict(dict(schema), name=NAME)
    if how == "native":
        return NativeOutput(answer, name=NAME)
    return ToolOutput(answer, name=NAME) if how == "tool" else PromptedOutput(answer, name=NAME)


def validator(
    schema: Mapping[str, Any],
) -> Callable[[RunContext[Meter], Any], Awaitable[Any]]:
    """Sends the model back once with what is wrong; the meter keeps it for the owner."""

    async def follow(ctx: RunContext[Meter], answer: Any) -> Any:
        if isinstance(answer, dict):
            # Not on the event loop: a long answer to a large schema takes up to a second.
            ctx.deps.problem = await _checking.run(
                "a check by the output schema", llm_output.problem, schema, answer
            )
            if ctx.deps.problem:
                raise ModelRetry(ctx.deps.problem)
        return answer

    return follow
