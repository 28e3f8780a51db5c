"""How much a call may have cost of which nobody has said."""

from pydantic_ai import ModelResponse
from pydantic_ai.exceptions import (
    ModelConnectionError,
    ModelHTTPError,
    UserError,
)

from agents import prices
from agents.orders import Usage
from agents.runners import llm_events

# The time was up, while the model may have been at work.
REQUEST_TIMEOUT = 408
# Servers that say that it was not, which other errors of theirs leave open.
NOT_SERVED = frozenset({503, 529})


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


def add(usage: Usage, model: str, asked: int, answer: ModelResponse | None) -> int:
    """Add a call to the estimates: its prompt of `asked` tokens, and what has come of its answer.

    Returns how many tokens that makes.
    """
    answered = prices.tokens_of(llm_events.length(answer)) if answer else 0
    if answer:
        # Of a stream that broke off the provider may have counted a part.
        asked = max(asked, answer.usage.input_tokens)
        answered = max(answered, answer.usage.output_tokens)
    usage.estimated_tokens += asked + answered
    cost = prices.estimate(model, asked, answered)
    if cost is None:
        usage.cost = None
    else:
        usage.estimated_cost += cost
    return asked + answered
