"""The courier of a worker process: sends what is due, on an event loop of its own.

Its turns: record what has come back, take what there is room for, look after what is old. Database
work is done in one thread with one connection; nothing is locked while something is sent.
"""

import asyncio
import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any, TypeVar

from django.db import connections

from agents.net.connections import Resolve, lookup
from hooks import claims, results
from hooks.chores import Chores
from hooks.claimed import Claimed, Result
from hooks.sending import send
from scheduler_project.database import in_thread

logger = logging.getLogger(__name__)

POLL_SECONDS = 1.0
# Somebody holds the row of a hook: most often another courier, for a moment.
BUSY_SECONDS = 0.05
# At the end, for what cannot be written.
LAST_SECONDS = 10.0
T = TypeVar("T")


class Courier:
    """Sends up to `at_once` deliveries at the same time, from its creation until it is drained."""

    def __init__(self, at_once: int, resolve: Resolve = lookup) -> None:
        self._at_once = at_once
        self._resolve = resolve
        self._database = ThreadPoolExecutor(1, thread_name_prefix="courier-database")
        self._chores = Chores()
        self._sending: dict[asyncio.Task[None], Claimed] = {}
        self._back: list[Result] = []
        self._broken_off: list[Claimed] = []
        self._closed = False
        self._woken = asyncio.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="courier", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Take nothing new; it ends as soon as nothing is on its way."""
        self._tell(self._close)

    def drain(self, grace: float) -> None:
        """Let what is on its way arrive for up to `grace` seconds, give the rest back, and end."""
        self.close()
        self._thread.join(grace)
        if self._thread.is_alive():
            self._tell(self._break_off)
            self._thread.join(LAST_SECONDS)

    def _tell(self, act: Callable[[], None]) -> None:
        # RuntimeError: it has ended, and its loop is closed.
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(act)

    def _close(self) -> None:
        self._closed = True
        self._woken.set()

    def _break_off(self) -> None:
        for task in self._sending:
            task.cancel()

    def _run(self) -> None:
        try:
            self._loop.run_until_complete(self._live())
        finally:
            self._database.submit(connections.close_all)
            self._database.shutdown()
            self._loop.close()

    async def _live(self) -> None:
        while not self._closed or self._sending:
            self._woken.clear()
            try:
                pause = await self._turn()
            except Exception as error:
                # What has come back is kept; what cannot be recorded in time is sent again.
                logger.warning("The courier tries again: %r", error)
                pause = POLL_SECONDS
            with suppress(TimeoutError):
                await asyncio.wait_for(self._woken.wait(), pause)
        await self._leave()

    async def _turn(self) -> float:
        """Seconds until the next, unless something comes back before."""
        await self._record()
        room = self._at_once - len(self._sending)
        if room > 0 and not self._closed:
            for claimed in await self._in_database(claims.take, room):
                self._begin(claimed)
        await self._in_database(self._chores.do)
        return BUSY_SECONDS if self._back else POLL_SECONDS

    async def _record(self) -> None:
        """What came back by now; what has to wait is kept for the next turn."""
        if back := self._back[:]:
            held = await self._in_database(results.record, back)
            self._back[: len(back)] = held

    def _begin(self, claimed: Claimed) -> None:
        task = self._loop.create_task(self._carry(claimed))
        self._sending[task] = claimed
        task.add_done_callback(self._ended)

    async def _carry(self, claimed: Claimed) -> None:
        try:
            result = await send(claimed, self._resolve)
        except Exception:
            # An error of ours: it counts, as otherwise it would be made again for ever.
            logger.exception("Delivery %s could not be sent", claimed.id)
            result = Result(claimed, "It could not be sent: an error on our side, which is logged.")
        said = result.error or "It was delivered."
        logger.info("Delivery %s, attempt %s: %s", claimed.id, claimed.attempt, said)
        self._back.append(result)

    def _ended(self, task: asyncio.Task[None]) -> None:
        claimed = self._sending.pop(task)
        if task.cancelled():
            self._broken_off.append(claimed)
        self._woken.set()

    async def _leave(self) -> None:
        """Record the last, and give back what was broken off; else both are sent once more."""
        try:
            async with asyncio.timeout(LAST_SECONDS):
                await self._record()
                await self._in_database(claims.release, self._broken_off)
        except Exception as error:
            logger.warning("What the courier had in hand is sent again: %r", error)

    async def _in_database(self, work: Callable[..., T], *args: Any) -> T:
        return await self._loop.run_in_executor(self._database, in_thread, work, *args)
