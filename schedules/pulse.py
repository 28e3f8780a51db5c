"""A worker's heartbeat: it keeps the leases of all its runs, and hears which shall stop."""

import asyncio
import logging
import time
from collections.abc import Callable, Set
from concurrent.futures import ThreadPoolExecutor
from operator import attrgetter
from typing import Any, TypeVar
from uuid import UUID

from django.conf import settings

from schedules import claims, db, nodes
from schedules.claims import Verdict
from schedules.models import Node
from schedules.runs import Run, Stop

logger = logging.getLogger(__name__)

T = TypeVar("T")
STOPS = {Verdict.CANCEL: Stop.CANCELLED, Verdict.HALT: Stop.HALTED}


class Pulse:
    """One statement for all runs of a process, every HEARTBEAT_SECONDS."""

    def __init__(self, name: str, runs: Set[Run]) -> None:
        self._name = name
        self._runs = runs
        self._left = False
        # Of its own: a heartbeat that queued behind writes would cost all runs their leases.
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="heartbeat")

    async def beat(self) -> None:
        """From the worker's first moment to its last: it is cancelled."""
        while True:
            reported = sorted((run.job.claimed for run in self._runs), key=attrgetter("attempt"))
            held = {claimed.id: claimed.attempt for claimed in reported}
            over = [run.job.claimed.id for run in self._runs if run.over]
            asked = time.monotonic()
            try:
                ours = await self._report(held, over)
            except Exception as error:
                # Whatever it was: without a heartbeat the leases run out.
                logger.warning("No heartbeat: %r", error)
            else:
                self._obey(held, ours, asked + settings.LEASE_SECONDS)
            self._stop_where_the_lease_is_over()
            await asyncio.sleep(settings.HEARTBEAT_SECONDS)

    async def leave(self) -> None:
        """Strike the worker out; TimeoutError or what PostgreSQL raises if that cannot be done.

        By the same thread: a report that is under way would bring it back, and none may follow.
        """
        self._left = True
        async with asyncio.timeout(settings.LEASE_SECONDS):
            await self._in_thread(nodes.leave, self._name)

    def close(self) -> None:
        """Let go of the thread."""
        self._thread.shutdown(wait=False)

    async def _report(self, held: dict[UUID, int], over: list[UUID]) -> dict[UUID, Verdict]:
        # A server that does not answer must not keep us from noticing that the lease is over.
        if self._left:
            return {}
        async with asyncio.timeout(settings.LEASE_SECONDS):
            return await self._in_thread(_report, self._name, held, over)

    async def _in_thread(self, work: Callable[..., T], *args: Any) -> T:
        return await asyncio.get_running_loop().run_in_executor(
            self._thread, db.in_thread, work, *args
        )

    def _obey(self, held: dict[UUID, int], ours: dict[UUID, Verdict], until: float) -> None:
        """Stop what is no longer ours, or shall not go on; all else is ours `until` then."""
        for run in self._runs:
            claimed = run.job.claimed
            if held.get(claimed.id, 0) < claimed.attempt:
                continue  # It was claimed after the question.
            if held[claimed.id] > claimed.attempt or claimed.id not in ours:
                run.stop(Stop.LOST)
                continue
            if ours[claimed.id] != Verdict.WAIT:
                run.held_until = until
            if why := STOPS.get(ours[claimed.id]):
                run.stop(why)

    def _stop_where_the_lease_is_over(self) -> None:
        """Cut off from a run's row, or from the database, for a whole lease.

        Somebody else may have it by now. What only waits to be recorded harms nobody: the fence
        decides.
        """
        for run in self._runs:
            if time.monotonic() > run.held_until and not run.over:
                run.stop(Stop.LOST)


def _report(name: str, held: dict[UUID, int], over: list[UUID]) -> dict[UUID, Verdict]:
    ours = claims.heartbeat(held, over)
    nodes.report(name, Node.Kind.WORKER, len(held))
    return ours
