"""What is noted of a run's talk with its models: JSON, each text in it of a bounded length."""

from collections.abc import Sequence
from typing import Any

from pydantic_ai import ModelMessage, ModelResponse, ToolCallPart, ToolReturnPart
from pydantic_ai.messages import ModelRequest, RetryFeedbackPart

from agents.orders import LONGEST_MODEL
from agents.parking import AskedCall
from scheduler_project.text import printable

LONGEST = 20_000


def request(model: str, number: int, messages: Sequence[ModelMessage]) -> dict[str, Any]:
    """A call that begins: the `number`-th of its run, and the last of what is sent."""
    content = _said(messages[-1]) if messages else ""
    return {"model": model, "number": number, "messages": len(messages), "content": content}


def response(model: str, answer: ModelResponse, cost: str | None) -> dict[str, Any]:
    """A call that ended well; `cost` is in US dollars, None where it is not known.

    `provider_model` is there where the provider calls the model that answered something else.
    """
    usage = answer.usage
    return {
        "model": model,
        **_provider_model(model, answer.model_name or ""),
        "text": cut(answer.text or ""),
        "tool_calls": [tool_call(call) for call in answer.tool_calls],
        "finish_reason": answer.finish_reason,
        "input_tokens": usage.input_tokens,
        "output_tokens": usage.output_tokens,
        "cached_tokens": usage.cache_read_tokens,
        "reasoning_tokens": usage.output_reasoning_tokens,
        "cost": cost,
    }


def tool_call(call: ToolCallPart) -> dict[str, Any]:
    """A tool that the model wants to use."""
    return {
        "id": call.tool_call_id,
        "name": call.tool_name,
        "arguments": cut(call.args_as_json_str()),
    }


def tool_result(result: ToolReturnPart) -> dict[str, Any]:
    """What a tool has returned; the outcome says whether it is an error."""
    return {
        "id": result.tool_call_id,
        "name": result.tool_name,
        "result": cut(result.model_response_str()),
        "outcome": result.outcome,
    }


def asked(calls: Sequence[AskedCall]) -> dict[str, Any]:
    """Calls that somebody has to approve before the run goes on."""
    return {
        "asked": [{"id": c.id, "name": c.tool, "arguments": c.arguments} for c in calls],
    }


def answered(call: str, denial: str | None) -> dict[str, Any]:
    """What was decided about a call, and what the model is told where it was denied."""
    decision = {"id": call, "approved": denial is None}
    return decision if denial is None else {**decision, "reason": denial}


def complaint(message: ModelRequest) -> str:
    """Why the model is asked again, where the message says so; "" otherwise."""
    found = (part for part in message.parts if isinstance(part, RetryFeedbackPart))
    return " ".join(part.model_response() for part in found)


def cut(text: str) -> str:
    """`text`, at most LONGEST characters of it."""
    if len(text) <= LONGEST:
        return text
    return f"{text[:LONGEST]}\n[Cut here: there were {len(text):,} characters.]"


def _provider_model(model: str, said: str) -> dict[str, str]:
    _, _, asked = model.partition(":")
    return {"provider_model": printable(said, LONGEST_MODEL)} if said and said != asked else {}


def _said(message: ModelMessage) -> str:
    parts = (part for part in message.parts if not isinstance(part, ToolReturnPart))
    texts = (getattr(part, "content", "") for part in parts)
    return cut("\n".join(text for text in texts if isinstance(text, str)))
