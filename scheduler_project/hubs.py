"""What the members of a hub, such as open sockets, have done for all of them together."""

import asyncio
import logging
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from typing import Any, Generic, Self, TypeVar
from weakref import WeakKeyDictionary

from django.db import connections

from scheduler_project.errors import is_unreachable

logger = logging.getLogger(__name__)

PAUSE_AFTER_ERROR_SECONDS = 1.0
M = TypeVar("M", bound="Watch[Any]")
P = TypeVar("P")


class Hub(ABC, Generic[P]):
    """Of its kind there is one for each event loop; it works while it has members."""

    def __init__(self) -> None:
        self.members: set[P] = set()
        self._work: asyncio.Task[None] | None = None

    @classmethod
    def here(cls) -> Self:
        """The running loop's."""
        mine = _hubs.setdefault(asyncio.get_running_loop(), {})
        hub: Self = mine.setdefault(cls, cls())
        return hub

    @asynccontextmanager
    async def joined(self, member: P) -> AsyncIterator[P]:
        """Somebody is a member for a while."""
        self.members.add(member)
        if self._work is None:
            self._work = asyncio.create_task(self.live())
        try:
            yield member
        finally:
            self.members.discard(member)
            if not self.members and self._work:
                work, self._work = self._work, None
                work.cancel()
                await asyncio.gather(work, return_exceptions=True)

    @abstractmethod
    async def live(self) -> None:
        """Work until it is cancelled, as the last member has left."""


class Watch(Generic[P]):
    """A member that is shown page after page, each when it has asked for it.

    So nothing piles up for one who is slow.
    """

    def __init__(self) -> None:
        self.asked: asyncio.Future[P] | None = None

    async def next(self) -> P:
        """Wait for the next page."""
        self.asked = asyncio.get_running_loop().create_future()
        try:
            return await self.asked
        finally:
            self.asked = None

    def hand(self, page: P) -> None:
        """What it has asked for."""
        assert self.asked
        self.asked.set_result(page)

    @property
    def waits(self) -> bool:
        """Whether it has asked and got nothing yet: with an answer in hand its place is old."""
        return self.asked is not None and not self.asked.done()


class ReadingHub(Hub[M]):
    """Reads for all its members in one thread, on one connection, with a few statements."""

    def __init__(self) -> None:
        super().__init__()
        self.wake = asyncio.Event()

    @property
    @abstractmethod
    def poll_seconds(self) -> float:
        """How long a round waits for somebody to wake it."""

    async def live(self) -> None:
        """A round whenever somebody wakes it, and after `poll_seconds` without."""
        thread = ThreadPoolExecutor(1, thread_name_prefix="watching")
        try:
            while True:
                await self._rest()
                await self._try(thread)
        finally:
            thread.submit(connections.close_all)
            thread.shutdown(wait=False)

    @abstractmethod
    async def round(self, thread: ThreadPoolExecutor) -> None:
        """Read what is new and show it to those who wait for it."""

    def forget(self) -> None:
        """A round was broken off somewhere: what is known may be wrong."""

    async def _rest(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(self.poll_seconds):
                await self.wake.wait()
        self.wake.clear()

    async def _try(self, thread: ThreadPoolExecutor) -> None:
        try:
            await self.round(thread)
        except Exception as error:
            # Whatever it was: the members are still there.
            logger.warning("Nothing could be read for those who watch: %r", error)
            self.forget()
            await asyncio.sleep(PAUSE_AFTER_ERROR_SECONDS)
            self.wake.set()


async def read(thread: ThreadPoolExecutor, work: Callable[..., P], *args: Any) -> P:
    """Read in the hub's thread, which keeps its connection; a broken one is not used again.

    It is not tried out beforehand and replaced in silence, as database.in_thread does: after a
    restart of the server a hub has to forget what it knows.
    """
    return await asyncio.get_running_loop().run_in_executor(thread, _keeping, work, *args)


def _keeping(work: Callable[..., P], *args: Any) -> P:
    try:
        return work(*args)
    except Exception as error:
        if is_unreachable(error):
            connections.close_all()
        raise


_hubs: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[type, Any]] = WeakKeyDictionary()
