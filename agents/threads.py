"""Threads for code that blocks, so that it cannot stop the event loop and its heartbeats.

Not a ThreadPoolExecutor: Python waits for the threads of one when it exits, and a function that
never ends would keep a worker from ever stopping. These are daemons.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from contextvars import copy_context
from functools import cache, partial
from queue import SimpleQueue
from threading import Lock, Semaphore, Thread
from typing import Any, ParamSpec, TypeVar

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
        self._calls: SimpleQueue[tuple[Future[Any], Callable[[], Any]]] = SimpleQueue()

    async def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What the function returns or raises.

        Cancelled, this ends at once: a call that still waits is forgotten, one that has begun
        goes on in its thread, and nobody hears of its result.
        """
        future: Future[T] = Future()
        self._calls.put((future, partial(copy_context().run, function, *args, **kwargs)))
        self._start_another()
        return await asyncio.wrap_future(future)

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


def _settle(future: Future[Any], call: Callable[[], Any]) -> None:
    if not future.set_running_or_notify_cancel():
        return
    try:
        future.set_result(call())
    except StopIteration as error:  # no asyncio future takes it: its waiter would wait for ever
        future.set_exception(RuntimeError(f"StopIteration: {error}"))
    except BaseException as error:
        future.set_exception(error)
    finally:
        # What it opened would otherwise stay open, and go stale, until the thread is used again.
        connections.close_all()


@cache
def _shared() -> Threads:
    return Threads(settings.AGENT_THREADS)


async def run(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run a function in one of this process's AGENT_THREADS; see Threads.run."""
    return await _shared().run(function, *args, **kwargs)
