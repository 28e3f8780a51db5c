"""Before a model call: wait for its turn. After a 429: wait as asked, and try again."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from itertools import count
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


class Patience:
    """One call of one run to the model of a resolved string.

    It may take so many `seconds`, waiting included. If there is another model to go on with
    (`can_go_on`), it does not wait for a provider that wants fewer requests.
    """

    def __init__(
        self, gate: Gate, model: str, meter: Meter, seconds: float, can_go_on: bool
    ) -> None:
        self._gate = gate
        self._model = model
        self._meter = meter
        self._ends = asyncio.get_running_loop().time() + seconds
        self._can_go_on = can_go_on

    async def ask(self, call: Callable[[], Awaitable[T]]) -> T:
        """What the call returns or raises; RunFailed (rate_limited) if waiting is of no use."""
        for tries in count(1):
            ticket = await self._enter()
            try:
                return await call()
            except Exception as error:
                if not _is_rate_limit(error, self._model):
                    raise
                waiting = self._refused(error, tries)
            finally:
                self._gate.leave(ticket)
            await asyncio.sleep(waiting)
        raise AssertionError

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

    def _refused(self, error: Exception, tries: int) -> float:
        """Hold all workers back; how long this run waits. RunFailed if it does not."""
        asked = _asked(error)
        pause = backoff.pause(asked, tries, random())
        self._gate.pause(self._model, pause)
        said = f"The provider of {self._model} asks for fewer requests"
        if asked is not None:
            said += f", and to wait {_shown(asked)} seconds"
        return self._wait(max(pause, asked or 0.0), tries, said)

    def _wait(self, seconds: float, tries: int, said: str) -> float:
        if self._can_go_on:
            raise RunFailed(ErrorType.RATE_LIMITED, f"{said}.")
        left = self._ends - asyncio.get_running_loop().time()
        waiting = backoff.wait(seconds, tries, left, random())
        if waiting is None:
            spent = f"it was asked {tries} times" if tries > 1 else "the run has no time for that"
            raise RunFailed(ErrorType.RATE_LIMITED, f"{said}; {spent}.")
        self._meter.retry(f"{said}. Trying again in {_shown(waiting)} seconds.")
        return waiting

    def _note_limit(self, limit: Limit) -> None:
        self._meter.retry(f"Waiting for its turn: MODEL_LIMITS allows {limit}.")


def _is_rate_limit(error: Exception, model: str) -> bool:
    reason = explain(error, model)
    return reason is not None and reason.error_type is ErrorType.RATE_LIMITED


def _asked(error: Exception) -> float | None:
    """Seconds that the provider asks to wait, in headers or, as Gemini does, in its answer."""
    if not isinstance(error, ModelHTTPError):
        return None
    found = retry_after.asked(error.headers or {}, datetime.now(UTC))
    return error.retry_after if found is None else found


def _shown(seconds: float) -> str:
    return f"{seconds:,.1f}".removesuffix(".0")
