"""The traces of all runs of a worker process: written together, every quarter of a second.

Who watches a task is told afterwards that there is something new, by a loop of its own: a Redis
that does not answer holds up no writing.
"""

import asyncio
import logging
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from agents import events, news
from agents.trace import Event, Trace
from schedules.claims import Claimed
from schedules.db import UNREACHABLE
from schedules.desks import DatabaseDesk, InDatabase
from schedules.models import Execution

logger = logging.getLogger(__name__)

FLUSH_SECONDS = 0.25
TELL_SECONDS = 0.05
# After a Redis that did not answer: those who watch look for themselves every few seconds.
PAUSE_AFTER_SILENCE_SECONDS = 5.0
# Of data, in one statement; after a long outage there may be more.
MOST_CHARACTERS = 4_000_000


class Tracing:
    """Belongs to one event loop, on which `run` runs for as long as there may be runs."""

    def __init__(self, write: InDatabase, in_database: InDatabase) -> None:
        self._write_events = write
        self._in_database = in_database
        self._traces: dict[UUID, Trace] = {}
        # Until it is known that they are written, so that a repeat can follow a lost answer.
        self._unwritten: dict[UUID, list[Event]] = {}
        # After which number a trace begins; None: not known yet.
        self._bases: dict[UUID, int | None] = {}
        self._writing = asyncio.Lock()
        # Of what runs remember. However many wait for a row, they take one thread of the ledger's.
        self._remembering = asyncio.Lock()
        self._news: set[UUID] = set()
        self._some_news = asyncio.Event()

    def desk(self, claimed: Claimed, secrets: Iterable[str] = ()) -> DatabaseDesk:
        """The desk of a run that begins, and its order's secret values; `close` ends it."""
        task, values = claimed.agent_task_id, tuple(secrets)
        assert task is not None
        trace = self._traces[task] = Trace(values)
        # One that was handed back goes on under the same id.
        goes_on = claimed.trigger == Execution.Trigger.AGENT_TASK and claimed.attempt > 1
        self._bases[task] = None if goes_on else 0
        return DatabaseDesk(claimed, trace, self._in_database, self._remembering, values)

    async def run(self) -> None:
        """From the worker's first moment to its last: it is cancelled."""
        async with asyncio.TaskGroup() as loops:
            loops.create_task(self._write_for_ever())
            loops.create_task(self._tell_for_ever())

    async def flush(self) -> None:
        """Write what there is of all runs, in one statement; UNREACHABLE: it is kept."""
        for task, trace in self._traces.items():
            self._keep(task, trace.take())
        if self._unwritten:
            async with self._writing:
                await self._write()

    async def last(self, task: UUID) -> None:
        """Write the rest of a run's trace, before its outcome is recorded.

        UNREACHABLE: nobody knows whether it is written; call it again. The rests of runs that
        end while another write is under way are written together.
        """
        if trace := self._traces.get(task):
            self._keep(task, trace.take(everything=True))
        if task in self._unwritten:
            async with self._writing:
                if task in self._unwritten:
                    await self._write(first=task)

    def close(self, task: UUID, desk: DatabaseDesk | None) -> None:
        """A run has ended, and its outcome is recorded or somebody else's business.

        What was noted at its desk is forgotten, but nothing of a next run of the same task.
        """
        if desk and self._traces.get(task) is desk.trace:
            for kept in (self._traces, self._unwritten, self._bases):
                kept.pop(task, None)
        self._tell({task})

    def _keep(self, task: UUID, noted: Sequence[Event]) -> None:
        if noted:
            self._unwritten.setdefault(task, []).extend(noted)

    async def _write(self, first: UUID | None = None) -> None:
        """Write what is unwritten; what is refused waits at the end, until its run is closed."""
        batch = self._batch(first)
        await self._find_bases([task for task in batch if self._bases.get(task, 0) is None])
        bases = {task: self._bases.get(task) or 0 for task in batch}
        try:
            written = await self._write_events(_append, batch, bases)
        except UNREACHABLE:
            raise
        except Exception:
            logger.exception("Events cannot be stored")
            written = await self._write_each(batch, bases)
        for task, noted in batch.items():
            self._unwritten[task] = self._rest(task, noted if task in written else ())
            if not self._unwritten[task]:
                del self._unwritten[task]
        self._tell(written)

    def _batch(self, first: UUID | None) -> dict[UUID, Sequence[Event]]:
        """All that is unwritten, from `first` on, or what one statement may hold of it."""
        batch: dict[UUID, Sequence[Event]] = {}
        size = 0
        for task in [first, *self._unwritten] if first else self._unwritten:
            if size < MOST_CHARACTERS and task not in batch:
                batch[task] = tuple(self._unwritten[task])
                size += sum(len(event.data) for event in batch[task])
        return batch

    async def _find_bases(self, tasks: Sequence[UUID]) -> None:
        # Before the first write, and never again: by then some of the numbers may be our own.
        if tasks:
            found = await self._write_events(events.last_numbers, tasks)
            self._bases |= {task: found.get(task, 0) for task in tasks if task in self._bases}

    async def _write_each(
        self, batch: Mapping[UUID, Sequence[Event]], bases: Mapping[UUID, int]
    ) -> set[UUID]:
        """One run's events that the database refuses must not cost the others theirs."""
        for task, noted in batch.items():
            try:
                await self._write_events(_append, {task: noted}, bases)
            except UNREACHABLE:
                raise
            except Exception:
                logger.exception("%d events of %s are lost", len(noted), task)
        return set(batch)

    def _rest(self, task: UUID, written: Sequence[Event]) -> list[Event]:
        """What is left of a task's events; they may be those of its next run by now."""
        noted = self._unwritten.pop(task, [])
        return noted[len(written) :] if noted[: len(written)] == list(written) else noted

    async def _write_for_ever(self) -> None:
        while True:
            await asyncio.sleep(FLUSH_SECONDS)
            try:
                await self.flush()
            except UNREACHABLE as error:
                logger.warning("No events were written, trying again: %s", error)
            except Exception:
                logger.exception("No events were written")

    def _tell(self, tasks: set[UUID]) -> None:
        if tasks:
            self._news |= tasks
            self._some_news.set()

    async def _tell_for_ever(self) -> None:
        while True:
            try:
                await self._tell_over_a_connection()
            except Exception:
                # Whatever it was: the writing goes on, and so does this.
                logger.exception("Nobody was told of new events")
            await asyncio.sleep(PAUSE_AFTER_SILENCE_SECONDS)

    async def _tell_over_a_connection(self) -> None:
        async with news.connect() as client:
            while True:
                await self._some_news.wait()
                self._some_news.clear()
                tasks, self._news = self._news, set()
                told = await news.tell(client, tasks)
                await asyncio.sleep(TELL_SECONDS if told else PAUSE_AFTER_SILENCE_SECONDS)


def _append(batch: Mapping[UUID, Sequence[Event]], bases: Mapping[UUID, int]) -> set[UUID]:
    numbered = {
        task: [replace(e, number=e.number + bases[task]) for e in noted] if bases[task] else noted
        for task, noted in batch.items()
    }
    return events.append(numbered, time.monotonic())
