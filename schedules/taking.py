"""A worker takes executions: claims that go together, and what becomes of lost answers."""

import asyncio
import logging
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import NamedTuple
from uuid import UUID

from django.conf import settings

from schedules import busy, claims, runs
from schedules.busy import Busy
from schedules.db import UNREACHABLE
from schedules.desks import InDatabase
from schedules.patience import UNREACHABLE_SECONDS, Patience
from schedules.pulse import STOPS
from schedules.together import Together

logger = logging.getLogger(__name__)

# How long a claim is tried while somebody holds its schedule or a budget. It has a slot meanwhile
# that another run could have; after that the ledger publishes it again.
PATIENCE_SECONDS = 3.0
# The first runs of a crowd shall ask their models while its last are still being claimed: all that
# are claimed together take each of their steps together, and wait for each other in each.
MOST_AT_ONCE = 32


class Held(NamedTuple):
    """A job that is ours until that time of the monotonic clock, and why not to begin it."""

    job: runs.Job
    stop: runs.Stop | None
    until: float


class Taking:
    """Belongs to one event loop."""

    def __init__(self, worker: str, in_database: InDatabase) -> None:
        self._worker = worker
        self._in_database = in_database
        self._claim: Together[UUID, runs.Job | None] = Together(
            self._claim_all, key=_itself, shared=concerns_all, most=MOST_AT_ONCE
        )
        self._put_off: Together[UUID, None] = Together(
            self._put_off_all, key=_itself, shared=concerns_all, lanes=1
        )

    async def take(self, execution_id: UUID) -> Held | None:
        """Claim it; None if it is somebody else's, or to be published again."""
        job, asked = await self._patiently(execution_id)
        verdict, asked = await self._verdict(job.claimed, asked) if job else (None, asked)
        if not job or not verdict:
            return None
        return Held(job, STOPS.get(verdict), asked + settings.LEASE_SECONDS)

    async def _patiently(self, execution_id: UUID) -> tuple[runs.Job | None, float]:
        """Its claim, if it comes to one, and when that was asked for."""
        patience, end = Patience(), time.monotonic() + PATIENCE_SECONDS
        while True:
            asked = time.monotonic()
            try:
                return await self._claimed(execution_id), asked
            except Busy as error:
                pause = patience.pause_after(error)
                if pause is None or asked > end:
                    await self._later(execution_id)
                    return None, asked
                await asyncio.sleep(pause)

    async def _claimed(self, execution_id: UUID) -> runs.Job | None:
        """Claim it; when the answer is lost, ask until it is known what became of the claim."""
        try:
            return await self._claim(execution_id)
        except runs.Unsure as unsure:
            logger.warning("Was %s claimed? The answer was lost, asking again.", execution_id)
            job = unsure.jobs.get(execution_id)
            return job if job and await self._stands(job.claimed) else None
        except UNREACHABLE as error:
            # Not claimed: the ledger has it, and publishes it again.
            logger.warning("Could not claim %s: %s", execution_id, error)
            return None

    async def _claim_all(self, ids: Sequence[UUID]) -> Sequence[runs.Job | Busy | None]:
        found = await self._in_database(runs.take, ids, self._worker)
        return [found.get(execution_id) for execution_id in ids]

    async def _later(self, execution_id: UUID) -> None:
        logger.info("Put off, as somebody holds its schedule or its budget: %s", execution_id)
        # Without this it is published again all the same, if not as soon.
        with suppress(*UNREACHABLE):
            await self._put_off(execution_id)

    async def _put_off_all(self, ids: Sequence[UUID]) -> Sequence[None]:
        await self._in_database(busy.put_off, ids)
        return [None] * len(ids)

    async def _stands(self, claimed: claims.Claimed) -> bool:
        known: bool | None = None
        while known is None:
            await asyncio.sleep(UNREACHABLE_SECONDS)
            with suppress(*UNREACHABLE):
                known = await self._in_database(claims.stands, claimed, self._worker)
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
                await asyncio.sleep(UNREACHABLE_SECONDS)
            else:
                verdict = held.get(claimed.id)
                if verdict == claims.Verdict.WAIT:
                    await asyncio.sleep(UNREACHABLE_SECONDS)
                else:
                    asked = renewing
        if verdict is None:
            logger.warning("Not started, as its lease has run out: %s", claimed.id)
        return verdict, asked


def concerns_all(error: Exception) -> bool:
    """Whether the server, rather than one of a group, is the reason."""
    return isinstance(error, (runs.Unsure, *UNREACHABLE))


def _itself(execution_id: UUID) -> UUID:
    return execution_id
