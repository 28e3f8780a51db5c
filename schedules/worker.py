"""The worker's engine: claimed runs on one asyncio loop, whatever their number.

Celery's threads hand over ids and wait while all slots are taken, so that a busy
worker leaves messages on the queue for others. Database work goes through a few
threads with a connection each, never one per run.
"""

import asyncio
import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any, TypeVar
from uuid import UUID

from django.conf import settings

from schedules import claims, db, nodes, outcomes, runs
from schedules.conclusions import Conclusion
from schedules.db import UNREACHABLE
from schedules.models import Node
from schedules.pulse import STOPS, Pulse
from schedules.slots import Slots

logger = logging.getLogger(__name__)

DATABASE_THREADS = 4
PAUSE_AFTER_ERROR_SECONDS = 0.5
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
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._live, name="runs", daemon=True)
        self._thread.start()

    def submit(self, execution_id: UUID) -> bool:
        """Take an execution as soon as a slot is free; False once the worker is closing.

        Blocks the calling thread while all slots are taken.
        """
        if not self._slots.take():
            return False
        asyncio.run_coroutine_threadsafe(self._carry(execution_id), self._loop)
        return True

    def close(self) -> None:
        """Take nothing new; threads that wait for a slot return at once."""
        self._slots.close()

    def drain(self, grace: float) -> None:
        """Let runs finish for up to `grace` seconds, hand back the others, and end."""
        self.close()
        asyncio.run_coroutine_threadsafe(self._drain(grace), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._database.shutdown(wait=False)
        self._pulse.close()

    def _live(self) -> None:
        """The loop's thread: heartbeats from the first moment to the last."""
        heart = self._loop.create_task(self._pulse.beat())
        self._loop.run_forever()
        heart.cancel()
        self._loop.run_until_complete(asyncio.gather(heart, return_exceptions=True))
        self._loop.run_until_complete(runs.close_clients())
        self._loop.close()

    async def _in_database(self, work: Callable[..., T], *args: Any) -> T:
        """Do a unit of database work in one of the few threads that have a connection."""
        return await self._loop.run_in_executor(self._database, db.in_thread, work, *args)

    async def _carry(self, execution_id: UUID) -> None:
        """From the message to the recorded outcome of one execution."""
        carried = asyncio.current_task()
        assert carried is not None
        self._carried.add(carried)
        asked = time.monotonic()
        try:
            for job in await self._take(execution_id):
                verdict, asked = await self._verdict(job.claimed, asked)
                if verdict:
                    await self._run(job, STOPS.get(verdict), asked + settings.LEASE_SECONDS)
        except Exception:
            logger.exception("Could not run %s", execution_id)
        finally:
            self._carried.discard(carried)
            self._slots.give()

    async def _take(self, execution_id: UUID) -> list[runs.Job]:
        """Claim it; when the answer is lost, ask until it is known what became of the claim."""
        try:
            return await self._in_database(runs.take, [execution_id], self.name)
        except runs.Unsure as unsure:
            logger.warning("Was %s claimed? The answer was lost, asking again.", execution_id)
            return [job for job in unsure.jobs if await self._stands(job.claimed)]
        except UNREACHABLE as error:
            # Not claimed: the ledger has it, and publishes it again.
            logger.warning("Could not claim %s: %s", execution_id, error)
            return []

    async def _stands(self, claimed: claims.Claimed) -> bool:
        known: bool | None = None
        while known is None:
            await asyncio.sleep(PAUSE_AFTER_ERROR_SECONDS)
            with suppress(*UNREACHABLE):
                known = await self._in_database(claims.stands, claimed, self.name)
        return known

    async def _verdict(
        self, claimed: claims.Claimed, asked: float
    ) -> tuple[claims.Verdict | None, float]:
        """What to do with a claim that was asked for at that time; None: it does not hold.

        A process that was frozen since, or waited long for the answer, asks before it starts
        what somebody else may have by now. Comes with the time at which that was asked.
        """
        verdict: claims.Verdict | None = claims.Verdict.GO_ON
        while verdict and time.monotonic() - asked > settings.LEASE_SECONDS:
            renewing = time.monotonic()
            try:
                held = await self._in_database(claims.heartbeat, {claimed.id: claimed.attempt})
            except UNREACHABLE:
                await asyncio.sleep(PAUSE_AFTER_ERROR_SECONDS)
            else:
                asked, verdict = renewing, held.get(claimed.id)
        if verdict is None:
            logger.warning("Not started, as its lease has run out: %s", claimed.id)
        return verdict, asked

    async def _run(self, job: runs.Job, stopped: runs.Stop | None, held_until: float) -> None:
        run = runs.Run(job, held_until)
        self._runs.add(run)
        if stopped:
            # Before it has begun.
            run.stop(stopped)
        try:
            conclusion, repeated = await run.conclusion(), False
            while conclusion is not None and not run.lost:
                try:
                    accepted = await self._in_database(outcomes.finish, [conclusion])
                    _log(conclusion, believed=job.claimed.id in accepted, repeated=repeated)
                    return
                except UNREACHABLE as error:
                    # The commit may have gone through: the fence makes a repeat harmless.
                    logger.warning("Could not finish %s, trying again: %s", job.claimed.id, error)
                    repeated = True
                    await asyncio.sleep(PAUSE_AFTER_ERROR_SECONDS)
                except Exception:
                    logger.exception("The outcome of %s cannot be stored", job.claimed.id)
                    conclusion = run.unstorable(conclusion)
        finally:
            self._runs.discard(run)

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
            await self._in_database(nodes.leave, self.name)
        except UNREACHABLE as error:
            logger.warning("Left without a word: %s", error)


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
