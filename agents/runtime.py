"""Run one agent task: its timeout, its failures put in order, its result made storable.

No database access: the caller fetches what the order needs and records the outcome.
"""

import asyncio
from collections.abc import Iterable, Sequence

from agents import runners, telemetry
from agents.desk import Desk, NoDesk
from agents.errors import ErrorType, classify
from agents.foreign import contained, is_being_cancelled
from agents.orders import Order, Outcome, Usage
from agents.parking import Parked
from agents.redaction import hide, longest, redact
from scheduler_project.text import valid

__all__ = ["Order", "Outcome", "Usage", "close", "run"]

MAX_RESULT_BYTES = 1_000_000
NO_DESK = NoDesk()


async def run(order: Order, usage: Usage, desk: Desk = NO_DESK) -> Outcome:
    """Make the run and say how it ended; spending is added to `usage` as it occurs.

    Raises CancelledError when the task is cancelled, and nothing else.
    """
    with telemetry.run(order) as span:
        outcome = await _outcome(order, usage, desk)
        span.end(outcome, usage)
        return outcome


async def _outcome(order: Order, usage: Usage, desk: Desk) -> Outcome:
    try:
        async with asyncio.timeout(order.timeout_seconds) as limit:
            with contained(
                f"The runner {order.runner!r}",
                ErrorType.INTERNAL_ERROR,
                order,
                Parked,
                TimeoutError,
            ):
                answer = await runners.get(order.runner).run(order, usage, desk)
                return Outcome.success(_text(answer, order))
    except Parked as parked:
        return Outcome("waiting", parked=parked)
    except Exception as error:
        # Also where what was broken off made another error of it, as clients do that clean up.
        if is_being_cancelled():
            raise asyncio.CancelledError from error
        if limit.expired():
            return Outcome.failure(ErrorType.TIMED_OUT, _too_long(order))
        return _failure(order, error)


async def close() -> None:
    """Close what runners keep open on the running event loop; call it before the loop ends."""
    await runners.close()


def storable(text: str, secrets: Iterable[str] = ()) -> str:
    """`text` as PostgreSQL can keep it, without these secrets: valid, cut at MAX_RESULT_BYTES."""
    shown, whole = _shown(text, tuple(secrets))
    data = shown.encode()
    if whole and len(data) <= MAX_RESULT_BYTES:
        return shown
    kept = data[:MAX_RESULT_BYTES].decode("utf-8", "ignore")
    return f"{kept}\n[Cut here: the answer had {len(valid(text).encode()):,} bytes.]"


def _shown(text: str, secrets: Sequence[str]) -> tuple[str, bool]:
    """The part of `text` that may be kept, without secrets, and whether it is the whole.

    All runs wait while secrets are looked for, so that is not done in what is cut off anyway.
    """
    reach = longest(secrets)
    part = text[: MAX_RESULT_BYTES + reach]
    shown = hide(valid(part), secrets)
    if len(part) == len(text):
        return shown, True
    # At its end may be the beginning of a secret.
    return shown[: max(0, len(shown) - reach)], False


def _text(answer: object, order: Order) -> str:
    """What is kept of a runner's answer; TypeError for one that is no text."""
    if not isinstance(answer, str):
        raise TypeError(f"It answered with {type(answer).__name__} instead of text.")
    return storable(answer, order.secrets.values())


def _failure(order: Order, error: Exception) -> Outcome:
    error_type, message = classify(error)
    return Outcome.failure(error_type, storable(redact(message, order.secrets.values())))


def _too_long(order: Order) -> str:
    return f"The run took longer than its limit of {order.timeout_seconds:g} seconds."
