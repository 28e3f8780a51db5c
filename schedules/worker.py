"""The worker's engine: claimed runs on one asyncio loop, whatever their number.

Celery's threads hand over ids and wait while all slots are taken, so that a busy
worker leaves messages on the queue for others. Claims and outcomes of many runs go to the
database together, through a few threads with a connection each.
"""

import asyncio
import logging
import os
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from operator import attrgetter
from typing import Any, TypeVar
from uuid import UUID

from django.conf import settings

from schedules import db, nodes, outcomes, runs
from schedules.busy import Busy
from schedules.conclusions import Conclusion
from schedules.db import UNREACHABLE
from schedules.models import Node
from schedules.patience import Patience
from schedules.pulse import Pulse
from schedules.slots import Slots
from schedules.taking import Taking, concerns_all
from schedules.together import Together
from schedules.tracing import Tracing

logger = logging.getLogger(__name__)

DATABASE_THREADS = 4
LAST_EVENTS_SECONDS = 2.0
# How long a message waits here for a slot before another worker may have it.
PATIENCE_SECONDS = 1.0
T = TypeVar("T")


class Engine:
    """Runs executions in this process until it is drained; `slots` at the same time."""

    def __init__(self, slots: int) -> None:
        self.name = nodes.name_of(Node.Kind.WORKER)
        self._slots = Slots(slots)
        # Not by execution: a worker that was frozen may get its own lost run once more.
        self._runs: set[runs.Run] = set()
        self._carried: set[asyncio.Task[None]] = set()
        self._database = ThreadPoolExecutor(DATABASE_THREADS, thread_name_prefix="ledger")
        self._pulse = Pulse(self.name, self._runs)
        # Of its own, too: events that cannot be written hold up no outcome.
        self._trace = ThreadPoolExecutor(1, thread_name_prefix="trace")
        self._tracing = Tracing(self._in_trace, self._in_database)
        self._loop = asyncio.new_event_loop()
        self._taking = Taking(self.name, self._in_database)
        self._drained = False
        self._finish: Together[Conclusion, bool] = Together(
            self._finish_all, key=attrgetter("execution_id"), shared=concerns_all
        )
        # For what has failed in a group and by itself: it may take long, and no other waits for it.
        self._finish_alone: Together[Conclusion, bool] = Together(
            self._finish_all, key=attrgetter("execution_id"), shared=concerns_all, most=1, lanes=1
        )
        self._thread = threading.Thread(target=self._live, name="runs", daemon=True)
        self._thread.start()

    def submit(self, *ids: UUID) -> Sequence[UUID]:
        """Take executions, in their order, while slots are free or come free.

        Blocks the calling thread for PATIENCE_SECONDS at most while there is none; returns
        those that were not taken: somebody else may have a slot for them.
        """
        left = ids
        while left and (taken := self._slots.take(len(left), PATIENCE_SECONDS)):
            self._loop.call_soon_threadsafe(self._begin, left[:taken])
            left = left[taken:]
        return left

    def close(self) -> None:
        """Take nothing new; threads that wait for a slot return at once."""
        self._slots.close()

    def drain(self, grace: float) -> None:
        """Let runs finish for up to `grace` seconds, hand back the others, and end."""
        self.close()
        asyncio.run_coroutine_threadsafe(self._drain(grace), self._loop).result()
        self._loop.call_soon_threadsafe(self._end)
        self._thread.join()
        self._database.shutdown(wait=False)
        self._trace.shutdown(wait=False)
        self._pulse.close()

    def _live(self) -> None:
        """The loop's thread: heartbeats from the first moment to the last."""
        loops = [self._loop.create_task(w) for w in (self._pulse.beat(), self._tracing.run())]
        for loop in loops:
            loop.add_done_callback(lambda _: self._drained or self._loop.stop())
        try:
            while not self._drained:
                self._go_on(loops)
        except BaseException:
            _die()
        for loop in loops:
            loop.cancel()
        self._loop.run_until_complete(asyncio.gather(*loops, return_exceptions=True))
        self._loop.run_until_complete(runs.close_clients())
        self._loop.close()

    def _end(self) -> None:
        self._drained = True
        self._loop.stop()

    def _go_on(self, loops: Sequence[asyncio.Task[None]]) -> None:
        """Let runs run until the worker is drained, or the code of one of them leaves the loop.

        RuntimeError once the heartbeat or the writing of traces has ended.
        """
        try:
            self._loop.run_forever()
        except (SystemExit, KeyboardInterrupt):
            # No thread but the main one is told to end that way: it concerns that run alone.
            logger.exception("Something in a run wanted to end the worker")
        if not self._drained and any(loop.done() for loop in loops):
            raise RuntimeError("The worker's own loops have ended.")

    async def _in_database(self, work: Callable[..., T], *args: Any) -> T:
        """Do a unit of database work in one of the few threads that have a connection."""
        return await self._loop.run_in_executor(self._database, db.in_thread, work, *args)

    async def _in_trace(self, work: Callable[..., T], *args: Any) -> T:
        """The same for events."""
        return await self._loop.run_in_executor(self._trace, db.in_thread, work, *args)

    def _begin(self, ids: Sequence[UUID]) -> None:
        for execution_id in ids:
            carried = self._loop.create_task(self._carry(execution_id))
            self._carried.add(carried)
            carried.add_done_callback(self._carried.discard)

    async def _carry(self, execution_id: UUID) -> None:
        """From the message to the recorded outcome of one execution."""
        try:
            if held := await self._taking.take(execution_id):
                await self._run(*held)
        except Exception:
            logger.exception("Could not run %s", execution_id)
        finally:
            self._slots.give()

    async def _finish_all(self, concluded: Sequence[Conclusion]) -> Sequence[bool | Busy]:
        return await self._in_database(outcomes.finish_each, concluded)

    async def _run(self, job: runs.Job, stopped: runs.Stop | None, held_until: float) -> None:
        run, task = runs.Run(job, self._tracing, held_until), job.claimed.agent_task_id
        assert task is not None
        self._runs.add(run)
        if stopped:
            # Before it has begun.
            run.stop(stopped)
        try:
            conclusion, repeated = await run.conclusion(), False
            finish, patience = self._finish, Patience()
            while conclusion is not None and not run.lost:
                await self._write_last_events(task)
                try:
                    believed = await finish(conclusion)
                    _log(conclusion, believed=believed, repeated=repeated)
                    return
                except Exception as error:
                    if (pause := patience.pause_after(error)) is None:
                        logger.exception("The outcome of %s cannot be stored", job.claimed.id)
                        conclusion, patience = run.unstorable(conclusion), Patience()
                        continue
                    logger.warning("Could not finish %s, trying again: %r", job.claimed.id, error)
                    # The commit may have gone through: the fence makes a repeat harmless.
                    repeated |= isinstance(error, UNREACHABLE)
                    if not isinstance(error, (Busy, *UNREACHABLE)):
                        finish = self._finish_alone
                    await asyncio.sleep(pause)
        finally:
            self._runs.discard(run)
            self._tracing.close(task, run.desk)

    async def _write_last_events(self, task: UUID) -> None:
        """Before the outcome, after which nothing more is written; but it never waits for long."""
        try:
            async with asyncio.timeout(LAST_EVENTS_SECONDS):
                await self._tracing.last(task)
        except (TimeoutError, *UNREACHABLE) as error:
            logger.warning("The last events of %s are not written: %r", task, error)
        except Exception:
            logger.exception("The last events of %s cannot be written", task)

    async def _drain(self, grace: float) -> None:
        if self._carried:
            await asyncio.wait(self._carried, timeout=grace)
        end = time.monotonic() + settings.LEASE_SECONDS
        while self._carried and time.monotonic() < end:
            # Once more each time: a claim may have been under way until now.
            for run in self._runs:
                run.stop(runs.Stop.HANDED_BACK)
            await asyncio.wait(self._carried, timeout=settings.HEARTBEAT_SECONDS)
        try:
            await self._pulse.leave()
        except (TimeoutError, *UNREACHABLE) as error:
            logger.warning("Left without a word: %r", error)


def _die() -> None:
    """End the process at once, so that its supervisor starts another one.

    Not by SIGTERM: Celery would wait for this loop to hand its runs back, and it cannot any more.
    Without it nothing keeps their leases, so that other workers get them, as from one that died.
    """
    logger.critical("This worker cannot run anything any more and ends", exc_info=True)
    os._exit(1)


def _log(conclusion: Conclusion, *, believed: bool, repeated: bool) -> None:
    if believed:
        logger.info("%s", conclusion)
    elif repeated:
        logger.warning("Written before, or no longer the current attempt: %s", conclusion)
    else:
        logger.warning("Refused, as it is no longer the current attempt: %s", conclusion)


_engine: Engine | None = None
_starting = threading.Lock()


def engine() -> Engine:
    """This process's engine, started on first use."""
    global _engine
    with _starting:
        _engine = _engine or Engine(settings.WORKER_SLOTS)
        return _engine


def running_engine() -> Engine | None:
    """This process's engine, if it has one."""
    return _engine
