"""Runs without tools and without an output schema: a request, and one more if need be.

pydantic-ai's Agent takes three times as long for them as all the rest.
"""

from pydantic_ai import ModelRequest, ModelResponse, UserPromptPart
from pydantic_ai.direct import model_request
from pydantic_ai.exceptions import (
    ContentFilterError,
    OutputTokenLimitExceeded,
    UnexpectedModelBehavior,
)
from pydantic_ai.messages import RetryFeedbackPart, RetryInfo
from pydantic_ai.models import Model

from agents.orders import Order
from agents.runners.llm_meter import Meter

# What a model is told whose answer is empty.
ASK_AGAIN = "Your answer was empty. Answer with text."


async def answer(meter: Meter, model: Model) -> str:
    """The model's text; UnexpectedModelBehavior if it is empty twice."""
    order = meter.order
    first = ModelRequest(
        parts=[UserPromptPart(order.command)], instructions=order.instructions or None
    )
    response = await model_request(model, [first])
    if not (text := _text(response)):
        meter.retry(ASK_AGAIN)
        response = await model_request(model, [first, response, _again(order)])
        text = _text(response)
    if not text:
        raise UnexpectedModelBehavior("The answer was empty twice.")
    return text


def _again(order: Order) -> ModelRequest:
    retry = RetryFeedbackPart(ASK_AGAIN, retry=RetryInfo(cause="no_output"))
    return ModelRequest(parts=[retry], instructions=order.instructions or None)


def _text(response: ModelResponse) -> str:
    """What the model has said; what it has only thought does not count."""
    text = response.text or ""
    if text.strip():
        return text
    if response.finish_reason == "length":
        raise OutputTokenLimitExceeded("There was no room for an answer.")
    if response.finish_reason == "content_filter":
        raise ContentFilterError("There is no answer.")
    return ""
