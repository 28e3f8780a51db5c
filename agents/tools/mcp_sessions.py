"""The sessions that a run has with its MCP servers: they begin one by one, and end together.

Each lives in a task of its own. What a server, or its client, still has to do at the end goes on
there, so that the run waits for its bounds and never for the sum of theirs.
"""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

from agents.foreign import is_being_cancelled

# For all of a run's servers together. Whoever cancels a run sees its end within two seconds, one
# of which the heartbeat may take.
GOODBYE_SECONDS = 2.0
BROKEN_OFF_SECONDS = 0.5

# An event loop holds its tasks weakly.
_living: set[asyncio.Task[None]] = set()


class Sessions:
    """Those of one run."""

    def __init__(self) -> None:
        self._over = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._kills: list[Callable[[], None]] = []

    async def open(
        self, client: AbstractAsyncContextManager[Any], kill: Callable[[], None] | None = None
    ) -> None:
        """Enter `client`, which `close` leaves; raises what it raises, and then all are closed.

        `kill` ends at once what may not end by itself.
        """
        ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        task = asyncio.create_task(_live(client, ready, self._over))
        _living.add(task)
        task.add_done_callback(_living.discard)
        self._tasks.append(task)
        self._kills += [kill] if kill else []
        try:
            await ready
        except BaseException:
            task.cancel()
            await self.close()
            raise

    async def close(self) -> None:
        """All take leave at the same time; what takes too long goes on without the run.

        There is time for manners at the end of a run, and none where it is broken off.
        """
        if self._over.is_set():
            return
        self._over.set()
        try:
            if not is_being_cancelled():
                await asyncio.wait(self._tasks, timeout=GOODBYE_SECONDS)
        finally:
            for kill in self._kills:
                kill()
            await asyncio.wait(self._tasks, timeout=BROKEN_OFF_SECONDS)


async def _live(
    client: AbstractAsyncContextManager[Any], ready: asyncio.Future[None], over: asyncio.Event
) -> None:
    try:
        async with client:
            if not ready.done():
                ready.set_result(None)
            await over.wait()
    except BaseException as error:
        # Whatever goes wrong with the goodbye does not change how the run has ended.
        if not ready.done():
            ready.set_exception(error)
