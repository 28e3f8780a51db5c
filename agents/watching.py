"""Those who watch agent tasks in this process, and what they get to see.

However many they are, one statement reads for all of them what is new: one connection, one
thread. News over Redis say when; every POLL_SECONDS all are read anyway.
"""

import asyncio
import logging
import time
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from uuid import UUID
from weakref import WeakKeyDictionary

from django.db import connections

from agents import events, news
from agents.events import Page
from scheduler_project.errors import is_unreachable

logger = logging.getLogger(__name__)

POLL_SECONDS = 3.0
PAUSE_AFTER_ERROR_SECONDS = 1.0
PAGE = 100


class Watch:
    """One watcher of one task, who has seen its events up to `after`."""

    def __init__(self, hub: "Hub", task: UUID, after: int) -> None:
        self.task = task
        self.after = after
        # There may be something that has not been read yet.
        self.stale = True
        self.asked: asyncio.Future[Page | None] | None = None
        self._hub = hub

    async def next(self) -> Page | None:
        """Wait for the next events, or for the end; None when the task is gone."""
        self.asked = asyncio.get_running_loop().create_future()
        self._hub.wake.set()
        try:
            page = await self.asked
        except asyncio.CancelledError:
            # A page may have been on its way.
            self.stale = True
            raise
        finally:
            self.asked = None
        if page and page.events:
            self.after = page.events[-1]["number"]
        return page

    def show(self, page: Page | None) -> None:
        """Hand over what was read, if it says anything."""
        self.stale = self.stale or bool(page and page.full)
        if self.waits and (page is None or page.events or page.final):
            assert self.asked
            self.asked.set_result(page)

    @property
    def waits(self) -> bool:
        """Whether it has asked and got nothing yet: with an answer in hand `after` is old."""
        return self.asked is not None and not self.asked.done()


class Hub:
    """All watches of an event loop; it works while there are any."""

    def __init__(self) -> None:
        self.wake = asyncio.Event()
        self._watches: set[Watch] = set()
        self._work: asyncio.Task[None] | None = None

    @asynccontextmanager
    async def watch(self, task: UUID, after: int) -> AsyncIterator[Watch]:
        """Watch a task's events from a number on."""
        watch = Watch(self, task, after)
        self._watches.add(watch)
        if self._work is None:
            self._work = asyncio.create_task(self._live())
        try:
            yield watch
        finally:
            self._watches.discard(watch)
            if not self._watches and self._work:
                work, self._work = self._work, None
                work.cancel()
                await asyncio.gather(work, return_exceptions=True)

    async def _live(self) -> None:
        thread = ThreadPoolExecutor(1, thread_name_prefix="watching")
        hearing = asyncio.create_task(self._hear())
        try:
            await self._show_for_ever(thread)
        finally:
            hearing.cancel()
            thread.submit(connections.close_all)
            thread.shutdown(wait=False)
            await asyncio.gather(hearing, return_exceptions=True)

    async def _show_for_ever(self, thread: ThreadPoolExecutor) -> None:
        polled = time.monotonic()
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(POLL_SECONDS):
                    await self.wake.wait()
            self.wake.clear()
            if time.monotonic() - polled >= POLL_SECONDS:
                polled = time.monotonic()
                self._mark()
            try:
                await self._show(thread)
            except Exception as error:
                # Whatever it was: the watchers are still there.
                logger.warning("No events could be read: %r", error)
                self._mark()
                await asyncio.sleep(PAUSE_AFTER_ERROR_SECONDS)
                self.wake.set()

    async def _show(self, thread: ThreadPoolExecutor) -> None:
        due = [watch for watch in self._watches if watch.waits and watch.stale]
        if not due:
            return
        for watch in due:
            # Before the reading: what comes after it counts as new.
            watch.stale = False
        wanted = [(watch.task, watch.after) for watch in due]
        loop = asyncio.get_running_loop()
        pages = await loop.run_in_executor(thread, _read, wanted)
        for watch, page in zip(due, pages, strict=True):
            watch.show(page)

    async def _hear(self) -> None:
        """Listen to the news; without Redis there is still the polling."""
        while True:
            try:
                async for tasks in news.listen():
                    self._mark(tasks or None)
            except Exception as error:
                # Whatever it was: the watchers are still there.
                logger.warning("No news of events: %r", error)
            await asyncio.sleep(PAUSE_AFTER_ERROR_SECONDS)

    def _mark(self, tasks: set[UUID] | None = None) -> None:
        """There may be news of these tasks; of all, if none is named."""
        for watch in self._watches:
            if tasks is None or watch.task in tasks:
                watch.stale = True
                self.wake.set()


def _read(wanted: list[tuple[UUID, int]]) -> list[Page | None]:
    """In the thread that keeps its connection; one that has broken is not used again."""
    try:
        return events.pages(wanted, PAGE)
    except Exception as error:
        if is_unreachable(error):
            connections.close_all()
        raise


_hubs: WeakKeyDictionary[asyncio.AbstractEventLoop, Hub] = WeakKeyDictionary()


def hub() -> Hub:
    """The running loop's hub."""
    return _hubs.setdefault(asyncio.get_running_loop(), Hub())
