"""Those who follow the feed in this process, and what they get to see.

However many they are, one statement looks how far the feed is settled, and one reads for all of
them. The database is asked four times a second rather than told to notify: NOTIFY takes a lock of
the whole cluster at each commit, so that dispatch, claims and outcomes would commit one by one.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager
from typing import Any

from feed import changes
from feed.changes import Page
from feed.horizon import Horizon
from scheduler_project import hubs

POLL_SECONDS = 0.25
PAGE = 100
# Whether somebody wants to see a change.
Wants = Callable[[dict[str, Any]], bool]


class Watch(hubs.Watch[Page | None]):
    """One who follows an owner's changes and has seen all up to `position`.

    The first page says only where it begins: after the given number, or (None) from now on. It is
    None for a number that has not been given out yet.
    """

    def __init__(self, hub: "Hub", owner: int, after: int | None, wants: Wants) -> None:
        super().__init__()
        self.owner = owner
        self.position = after
        self.wants = wants
        self.is_new = True
        self._hub = hub

    async def next(self) -> Page | None:
        """Wait for the next changes."""
        if self.is_behind:
            self._hub.wake.set()
        page = await super().next()
        if page:
            self.is_new, self.position = False, page.sequence
        return page

    @property
    def is_behind(self) -> bool:
        """Whether there is something to read at once."""
        settled = self._hub.settled
        return self.is_new or (settled is not None and (self.position or 0) < settled)


class Hub(hubs.ReadingHub[Watch]):
    """All who follow the feed in an event loop."""

    def __init__(self) -> None:
        super().__init__()
        self._horizon = Horizon()

    @property
    def poll_seconds(self) -> float:
        """How often it looks."""
        return POLL_SECONDS

    @property
    def settled(self) -> int | None:
        """The last number that nothing can come before any more, as far as is known."""
        return self._horizon.at

    async def live(self) -> None:
        """Begin without what was known when the last one left."""
        self.forget()
        await super().live()

    def forget(self) -> None:
        """After a crash of the server its transactions are others."""
        self._horizon = Horizon()

    async def round(self, thread: ThreadPoolExecutor) -> None:
        """A look, and a page for each who is behind."""
        new = [watch for watch in self.members if watch.is_new]
        look, last = await hubs.read(thread, changes.look, self.settled)
        self._horizon.take(look)
        if self._horizon.needs_flush:
            await hubs.read(thread, changes.flush)
        if self.settled is None:
            return
        for watch in new:
            _begin(watch, self.settled, last)
        await self._show(thread, self.settled)

    async def _show(self, thread: ThreadPoolExecutor, settled: int) -> None:
        wanted = {
            watch: (watch.owner, watch.position or 0)
            for watch in self.members
            if watch.waits and not watch.is_new and watch.is_behind
        }
        if not wanted:
            return
        pages = await hubs.read(thread, changes.pages, list(wanted.values()), settled, PAGE)
        for watch, page in zip(wanted, pages, strict=True):
            self._offer(watch, page)

    def _offer(self, watch: Watch, page: Page) -> None:
        """Hand over what says anything; the watcher waits on beside what does not."""
        page.changes = [change for change in page.changes if watch.wants(change)]
        if not page.changes and page.gap is None:
            watch.position = page.sequence
            if watch.is_behind:
                self.wake.set()
        elif watch.waits:
            watch.hand(page)


def _begin(watch: Watch, settled: int, last: int) -> None:
    """Tell a newcomer where it begins."""
    if not watch.waits:
        return
    begin = settled if watch.position is None else watch.position
    watch.hand(Page(begin) if begin <= max(settled, last) else None)


def watching(owner: int, after: int | None, wants: Wants) -> AbstractAsyncContextManager[Watch]:
    """Follow those of an owner's changes that are wanted, from a number on; by default from now."""
    hub = Hub.here()
    return hub.joined(Watch(hub, owner, after, wants))
