"""Before a model call: wait for its turn. After it has failed: wait, and try again if it helps.

Nobody else tries again, no client either: so each try waits for its turn and counts under limits.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from random import random
from typing import TypeVar

from pydantic_ai.exceptions import ModelHTTPError

from agents.errors import ErrorType, RunFailed
from agents.limits import backoff, retry_after
from agents.limits.gate import Gate, Paused
from agents.limits.line import Ticket
from agents.limits.rules import Limit
from agents.runners.llm_errors import explain
from agents.runners.llm_meter import Meter

T = TypeVar("T")
# So much before a run's time is up its waiting ends: the reason is then the limit, not the time.
MARGIN_SECONDS = 0.1
# Besides 5xx: the provider took too long, or somebody held what it needs.
PASSING = frozenset({408, 409})


class Patience:
    """One call of one run to the model of a resolved string.

    It may take so many `seconds`, waiting included. If there is another model to go on with
    (`can_go_on`), it does not wait for a provider that wants fewer requests, or says how long.
    """

    def __init__(
        self, gate: Gate, model: str, meter: Meter, seconds: float, can_go_on: bool
    ) -> None:
        self._gate = gate
        self._model = model
        self._meter = meter
        self._ends = asyncio.get_running_loop().time() + seconds
        self._can_go_on = can_go_on
        self._refusals = 0
        self._failed = False

    async def ask(self, call: Callable[[], Awaitable[T]], has_begun: Callable[[], bool]) -> T:
        """What the call returns or raises; RunFailed (rate_limited) if waiting is of no use.

        It is made again after a 429, and once after a failure that may pass: not if its answer
        `has_begun`, as somebody may have seen it.
        """
        while True:
            ticket = await self._enter()
            try:
                return await call()
            except Exception as error:
                waiting = None if has_begun() else self._after(error)
                if waiting is None:
                    raise
            finally:
                self._gate.leave(ticket)
            await asyncio.sleep(waiting)

    async def _enter(self) -> Ticket | None:
        """The call's turn, after all pauses."""
        while True:
            try:
                async with asyncio.timeout_at(self._ends - MARGIN_SECONDS):
                    return await self._gate.enter(self._model, self._note_limit)
            except TimeoutError:
                raise RunFailed(
                    ErrorType.RATE_LIMITED,
                    f"It was not the turn of this call of {self._model} in time, as MODEL_LIMITS "
                    "lets so many begin and no more.",
                ) from None
            except Paused as paused:
                said = (
                    f"The provider of {self._model} has asked for fewer requests, and wants none "
                    f"for another {_shown(paused.seconds)} seconds"
                )
                waiting = self._wait(paused.seconds, 1, said)
            await asyncio.sleep(waiting)

    def _after(self, error: Exception) -> float | None:
        """How long this run waits before it tries again; None if it does not."""
        reason = explain(error, self._model, self._meter.order.secrets.values())
        if reason is None:
            return None
        if reason.error_type is ErrorType.RATE_LIMITED:
            return self._refused(error)
        return self._forgiven(error, reason) if _may_pass(error, reason) else None

    def _refused(self, error: Exception) -> float:
        """Hold all workers back; how long this run waits. RunFailed if it does not."""
        self._refusals += 1
        asked = _asked(error)
        pause = backoff.pause(asked, self._refusals, random())
        self._gate.pause(self._model, pause)
        said = f"The provider of {self._model} asks for fewer requests"
        if asked is not None:
            said += f", and to wait {_shown(asked)} seconds"
        return self._wait(max(pause, asked or 0.0), self._refusals, said)

    def _forgiven(self, error: Exception, reason: RunFailed) -> float | None:
        """How long this run waits after a failure that may pass; None if it does not."""
        asked = _asked(error)
        if self._failed or (asked and self._can_go_on):
            return None
        self._failed = True
        seconds = max(backoff.pause(asked, 1, random()), asked or 0.0)
        waiting = backoff.wait(seconds, 1, self._left(), random())
        if waiting is None or not self._meter.again(self._model):
            return None
        self._meter.retry(f"{reason.message} Trying again in {_shown(waiting)} seconds.")
        return waiting

    def _left(self) -> float:
        return self._ends - asyncio.get_running_loop().time()

    def _wait(self, seconds: float, tries: int, said: str) -> float:
        if self._can_go_on:
            raise RunFailed(ErrorType.RATE_LIMITED, f"{said}.")
        waiting = backoff.wait(seconds, tries, self._left(), random())
        if waiting is None:
            spent = f"it was asked {tries} times" if tries > 1 else "the run has no time for that"
            raise RunFailed(ErrorType.RATE_LIMITED, f"{said}; {spent}.")
        self._meter.retry(f"{said}. Trying again in {_shown(waiting)} seconds.")
        return waiting

    def _note_limit(self, limit: Limit) -> None:
        self._meter.retry(f"Waiting for its turn: MODEL_LIMITS allows {limit}.")


def _may_pass(error: Exception, reason: RunFailed) -> bool:
    """Whether the same request may succeed a moment later; a provider that says so knows it."""
    if not isinstance(error, ModelHTTPError):
        return reason.error_type in (ErrorType.PROVIDER_UNAVAILABLE, ErrorType.TIMED_OUT)
    said = error.provider_retry_hint
    return (error.status_code >= 500 or error.status_code in PASSING) if said is None else said


def _asked(error: Exception) -> float | None:
    """Seconds that the provider asks to wait, in headers or, as Gemini does, in its answer."""
    if not isinstance(error, ModelHTTPError):
        return None
    found = retry_after.asked(error.headers or {}, datetime.now(UTC))
    return error.retry_after if found is None else found


def _shown(seconds: float) -> str:
    return f"{seconds:,.1f}".removesuffix(".0")
