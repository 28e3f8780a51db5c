"""Threads for code that blocks, so that it cannot stop the event loop and its heartbeats.

Not a ThreadPoolExecutor: Python waits for the threads of one when it exits, and a function that
never ends would keep a worker from ever stopping. These are daemons.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from contextvars import copy_context
from functools import cache, partial
from threading import Condition, Thread
from typing import ParamSpec, TypeVar

from django.conf import settings

from agents.calls import Call, Ended

logger = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")


class Threads:
    """At most `limit` threads, started as they are needed; what finds none free waits for one.

    Python cannot end a thread. One whose call goes on when nobody waits for it any more is given
    up, and another takes its place. Of `limit` that are given up; each further one costs a place
    until it returns, and once no place is left calls are refused.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._changed = Condition()
        self._waiting: deque[Call] = deque()
        self._going_on: set[Call] = set()
        self._given_up: set[Call] = set()
        # Threads that are free, or have just been started.
        self._idle = 0
        self._told = False

    async def run(
        self, what: str, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """What the function, which the log calls `what`, returns or raises; Exhausted.

        Cancelled, this ends at once: a call that still waits is forgotten, one that has begun
        goes on in its thread, and nobody hears of its result.
        """
        call = Call(what, partial(copy_context().run, function, *args, **kwargs))
        try:
            self._put(call)
            ended: Ended[T] = await asyncio.wrap_future(call.future)
        except BaseException:
            self._leave(call)
            raise
        return ended.result()

    def _put(self, call: Call) -> None:
        with self._changed:
            self._waiting.append(call)
            held_up = not self._provide() and not self._told
            self._told |= held_up
        if held_up:
            logger.warning("All %d threads are taken: %s waits for one", self._places(), call.what)

    def _leave(self, call: Call) -> None:
        with self._changed:
            if call in self._waiting:
                self._waiting.remove(call)
            if call not in self._going_on:
                return
            self._going_on.remove(call)
            self._given_up.add(call)
            held = len(self._given_up)
            self._provide()
        logger.warning(
            "%s goes on although its run has ended, and keeps its thread until it returns; "
            "%d calls do so, at most %d can",
            *(call.what, held, 2 * self._limit),
        )

    def _provide(self) -> bool:
        """See to a thread for what waits, or say that there will be none; whether one comes."""
        if not self._places():
            while self._waiting:
                self._waiting.popleft().refuse(len(self._given_up))
        if self._idle >= len(self._waiting):
            self._changed.notify()
            return True
        if len(self._going_on) + self._idle >= self._places():
            return False
        Thread(target=self._serve, name="agents", daemon=True).start()
        self._idle += 1
        return True

    def _places(self) -> int:
        return min(self._limit, 2 * self._limit - len(self._given_up))

    def _serve(self) -> None:
        while self._make_next():
            pass

    def _make_next(self) -> bool:
        """Make a call; whether its thread shall make another."""
        call = self._next()
        ended = call.make()
        # Before it is told: who calls again at once finds this thread free.
        stays = self._is_back(call)
        call.future.set_result(ended)
        return stays

    def _next(self) -> Call:
        """The next call to be made: it is going on from now."""
        with self._changed:
            while True:
                while not self._waiting:
                    self._changed.wait()
                call = self._waiting.popleft()
                if call.future.set_running_or_notify_cancel():
                    self._idle -= 1
                    self._going_on.add(call)
                    return call

    def _is_back(self, call: Call) -> bool:
        """Whether the thread that has made this call is still needed."""
        with self._changed:
            self._given_up.discard(call)
            self._going_on.discard(call)
            stays = len(self._going_on) + self._idle < self._places()
            self._idle += stays
            self._told &= bool(self._waiting)
            return stays


@cache
def _shared() -> Threads:
    return Threads(settings.AGENT_THREADS)


async def run(what: str, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """Run a function in one of this process's AGENT_THREADS; see Threads.run."""
    return await _shared().run(what, function, *args, **kwargs)
