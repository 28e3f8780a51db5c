"""Those who watch agent tasks in this process, and what they get to see.

However many they are, one statement reads for all of them what is new: one connection, one
thread. News over Redis say when; every POLL_SECONDS all are read anyway.
"""

import asyncio
import logging
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager
from uuid import UUID

from agents import events, news
from agents.events import Page
from scheduler_project import hubs

logger = logging.getLogger(__name__)

POLL_SECONDS = 3.0
PAGE = 100


class Watch(hubs.Watch[Page | None]):
    """One watcher of one task, who has seen its events up to `after`."""

    def __init__(self, hub: "Hub", task: UUID, after: int) -> None:
        super().__init__()
        self.task = task
        self.after = after
        # There may be something that has not been read yet.
        self.stale = True
        self._hub = hub

    async def next(self) -> Page | None:
        """Wait for the next events, or for the end; None when the task is gone."""
        self._hub.wake.set()
        try:
            page = await super().next()
        except asyncio.CancelledError:
            # A page may have been on its way.
            self.stale = True
            raise
        if page and page.events:
            self.after = page.events[-1]["number"]
        return page

    def show(self, page: Page | None) -> None:
        """Hand over what was read, if it says anything."""
        self.stale = self.stale or bool(page and page.full)
        if self.waits and (page is None or page.events or page.final):
            self.hand(page)


class Hub(hubs.ReadingHub[Watch]):
    """All watches of an event loop."""

    def __init__(self) -> None:
        super().__init__()
        self._polled = 0.0

    @property
    def poll_seconds(self) -> float:
        """How long it waits for news."""
        return POLL_SECONDS

    async def live(self) -> None:
        """Listen and read."""
        self._polled = time.monotonic()
        hearing = asyncio.create_task(self._hear())
        try:
            await super().live()
        finally:
            hearing.cancel()
            await asyncio.gather(hearing, return_exceptions=True)

    def forget(self) -> None:
        """Everybody may have missed something."""
        self._mark()

    async def round(self, thread: ThreadPoolExecutor) -> None:
        """Read for those of whose task there may be news; now and then for all."""
        if time.monotonic() - self._polled >= POLL_SECONDS:
            self._polled = time.monotonic()
            self._mark()
        due = [watch for watch in self.members if watch.waits and watch.stale]
        if due:
            await self._show(thread, due)

    async def _show(self, thread: ThreadPoolExecutor, due: list[Watch]) -> None:
        for watch in due:
            # Before the reading: what comes after it counts as new.
            watch.stale = False
        wanted = [(watch.task, watch.after) for watch in due]
        pages = await hubs.read(thread, events.pages, wanted, PAGE)
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
            await asyncio.sleep(hubs.PAUSE_AFTER_ERROR_SECONDS)

    def _mark(self, tasks: set[UUID] | None = None) -> None:
        """There may be news of these tasks; of all, if none is named."""
        for watch in self.members:
            if tasks is None or watch.task in tasks:
                watch.stale = True
                self.wake.set()


def watching(task: UUID, after: int) -> AbstractAsyncContextManager[Watch]:
    """Watch a task's events from a number on."""
    hub = Hub.here()
    return hub.joined(Watch(hub, task, after))
