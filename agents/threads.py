"""Threads for code that blocks, so that it cannot stop the event loop and its heartbeats.

Not a ThreadPoolExecutor: Python waits for the threads of one when it exits, and a function that
never ends would keep a worker from ever stopping. These are daemons.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from contextvars import copy_context
from dataclasses import dataclass
from functools import cache, partial
from queue import SimpleQueue
from threading import Lock, Semaphore, Thread
from typing import Any, Generic, ParamSpec, TypeVar, cast

from django.conf import settings
from django.db import connections

P = ParamSpec("P")
T = TypeVar("T")


class Threads:
    """At most `limit` threads, started as they are needed; what finds none free waits for one."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._started = 0
        self._starting = Lock()
        self._idle = Semaphore(0)
        self._calls: SimpleQueue[tuple[Future[Ended[Any]], Callable[[], Any]]] = SimpleQueue()

    async def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What the function returns or raises.

        Cancelled, this ends at once: a call that still waits is forgotten, one that has begun
        goes on in its thread, and nobody hears of its result.
        """
        future: Future[Ended[T]] = Future()
        self._calls.put((future, partial(copy_context().run, function, *args, **kwargs)))
        self._start_another()
        return (await asyncio.wrap_future(future)).result()

    def _start_another(self) -> None:
        if self._idle.acquire(blocking=False):
            return
        with self._starting:
            if self._started == self._limit:
                return
            self._started += 1
            name = f"agents-{self._started}"
        Thread(target=self._serve, name=name, daemon=True).start()

    def _serve(self) -> None:
        while True:
            _settle(*self._calls.get())
            self._idle.release()


@dataclass
class Ended(Generic[T]):
    """How a call ended.

    Passed on as a result, whatever it was: asyncio's futures take no StopIteration, and make
    new errors of others, whose traceback says nothing.
    """

    value: T | None = None
    error: BaseException | None = None

    def result(self) -> T:
        """What the call returned or raised."""
        if self.error is not None:
            raise self.error
        return cast(T, self.value)


def _settle(future: Future[Ended[Any]], call: Callable[[], Any]) -> None:
    if not future.set_running_or_notify_cancel():
        return
    try:
        ended = Ended(value=call())
    except BaseException as error:
        ended = Ended(error=error)
    # What it opened would otherwise stay open, and go stale, until the thread is used again.
    with suppress(Exception):
        connections.close_all()
    future.set_result(ended)


@cache
def _shared() -> Threads:
    return Threads(settings.AGENT_THREADS)


async def run(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run a function in one of this process's AGENT_THREADS; see Threads.run."""
    return await _shared().run(function, *args, **kwargs)
