"""How much a call will have in it, or may have cost, of which nobody has said."""

import json
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from pydantic_ai import ModelMessage, ModelResponse, RequestUsage, ToolCallPart, ToolReturnPart
from pydantic_ai.exceptions import (
    ModelConnectionError,
    ModelHTTPError,
    UserError,
)
from pydantic_ai.models import ModelRequestParameters

from agents import prices
from agents.orders import MOST_DOLLARS, Usage

# The time was up, while the model may have been at work.
REQUEST_TIMEOUT = 408
# Servers that say that it was not, which other errors of theirs leave open.
NOT_SERVED = frozenset({503, 529})
# No model reads or writes more in one call: what says so, or less than nothing, was not counted.
MOST_TOKENS = 10**9


def tokens(messages: Iterable[ModelMessage], *others: str) -> int:
    """How many tokens messages, and other texts that go with them, have at most, about."""
    texts = [_content(part) for message in messages for part in message.parts]
    return prices.tokens_of(
        sum(len(text.encode("utf-8", "surrogatepass")) for text in (*texts, *others))
    )


def _content(part: Any) -> str:
    if isinstance(part, ToolReturnPart):
        return part.model_response_str()
    if isinstance(part, ToolCallPart):
        return f"{part.tool_name}{part.args_as_json_str()}"
    content = getattr(part, "content", "")
    return content if isinstance(content, str) else str(content)


def offered(parameters: ModelRequestParameters) -> str:
    """The tools and the shape of the answer as a provider is told of them, about: as JSON."""
    tools = (*parameters.function_tools, *parameters.output_tools)
    told: list[Any] = [[t.name, t.description, t.parameters_json_schema] for t in tools]
    if parameters.output_object:
        told.append(parameters.output_object.json_schema)
    return json.dumps(told, ensure_ascii=False, default=str) if told else ""


def costs_nothing(error: BaseException) -> bool:
    """Whether a failure shows that the model was never at work: others may have cost something.

    No connection, or a refusal before any answer: of the key, the model, the request, the rate.
    """
    if isinstance(error, ModelConnectionError):
        return error.phase in ("pool", "connect")
    if isinstance(error, ModelHTTPError) and not error.in_stream:
        status = error.status_code
        return status in NOT_SERVED or (400 <= status < 500 and status != REQUEST_TIMEOUT)
    return isinstance(error, UserError)


def believable(said: RequestUsage) -> RequestUsage:
    """What a provider says that a call has used; if that cannot be, as if it had said nothing."""
    counts = (said.input_tokens, said.output_tokens)
    parts = (said.cache_read_tokens, said.output_reasoning_tokens)
    possible = all(isinstance(n, int) and 0 <= n <= MOST_TOKENS for n in (*counts, *parts))
    # What pydantic-ai cannot read, such as a number below nothing, it takes for nothing.
    if not possible or not any(counts):
        return RequestUsage(unmeasured_requests=1)
    cost = said.cost
    if cost is not None and not (cost.is_finite() and 0 <= cost <= MOST_DOLLARS):
        return replace(said, cost=None)
    return said


def add(usage: Usage, model: str, asked: int, answer: ModelResponse | None) -> int:
    """Add a call to the estimates: its prompt of `asked` tokens, and what has come of its answer.

    Returns how many tokens that makes.
    """
    answered = tokens([answer]) if answer else 0
    if answer:
        # Of a stream that broke off the provider may have counted a part.
        said = believable(answer.usage)
        asked, answered = max(asked, said.input_tokens), max(answered, said.output_tokens)
    usage.estimated_tokens += asked + answered
    cost = prices.estimate(model, asked, answered)
    if cost is None:
        usage.cost = None
    else:
        usage.estimated_cost += cost
    return asked + answered
