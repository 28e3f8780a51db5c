"""Answers of Redis; while there is none, of this process alone, which keeps to the full limits."""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence

from agents.limits.asks import Ask
from agents.limits.local import Local
from agents.limits.rules import MICROSECONDS
from agents.limits.shared import Found, Shared

logger = logging.getLogger(__name__)

# How long a Redis that did not answer is left alone.
REST_SECONDS = 5.0


class Answers:
    """Belongs to the event loop on which it is first used; to be closed there."""

    def __init__(self) -> None:
        self.alone = False
        """Whether Redis did not answer when it was last asked."""
        self.resting_until = 0.0
        """From when on Redis is asked again, by the loop's clock."""
        self._shared = Shared()
        self._local = Local()

    async def to(
        self,
        asks: Sequence[Ask],
        pauses: Mapping[str, float],
        look: bool,
        held: Callable[[], dict[str, int]],
    ) -> Found:
        """See Shared.exchange. `held` counts the calls that this process has, by limits' keys."""
        now = asyncio.get_running_loop().time()
        if now >= self.resting_until:
            try:
                found = await self._shared.exchange(asks, pauses, look)
            except Exception as error:
                # Whatever it is: runs must not wait for a Redis that does not work.
                self._miss_redis(error)
            else:
                self.alone = False
                return found
        return self._of_this_process(asks, held())

    async def close(self) -> None:
        """Let go of Redis."""
        await self._shared.close()

    def _of_this_process(self, asks: Sequence[Ask], held: dict[str, int]) -> Found:
        now = round(asyncio.get_running_loop().time() * MICROSECONDS)
        return Found([self._local.answer(ask, held, now) for ask in asks], {}, heard=False)

    def _miss_redis(self, error: Exception) -> None:
        self.resting_until = asyncio.get_running_loop().time() + REST_SECONDS
        if not self.alone:
            logger.warning(
                "Redis does not answer: limits on model calls hold within each process. %s", error
            )
        self.alone = True
