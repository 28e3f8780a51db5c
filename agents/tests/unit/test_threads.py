"""Threads for code that blocks."""

import asyncio
import subprocess
import sys
import threading
import time
from contextvars import ContextVar

import pytest
from django.db import connections

from agents import threads
from agents.threads import Threads

NAME: ContextVar[str] = ContextVar("NAME")


def run(function, *args):
    return asyncio.run(Threads(2).run(function, *args))


def test_results_and_exceptions_come_back() -> None:
    assert run(divmod, 7, 2) == (3, 1)
    with pytest.raises(ZeroDivisionError):
        run(divmod, 7, 0)
    with pytest.raises(TimeoutError):
        run(raising, TimeoutError())
    with pytest.raises(RuntimeError, match="StopIteration"):
        run(next, iter([]))


def raising(error: BaseException) -> None:
    raise error


def test_the_context_is_the_callers() -> None:
    async def call() -> str:
        NAME.set("mine")
        return await Threads(1).run(NAME.get)

    assert asyncio.run(call()) == "mine"


def test_the_loop_goes_on_meanwhile() -> None:
    gate = threading.Event()

    async def both() -> bool:
        blocked = asyncio.create_task(Threads(1).run(gate.wait, 30))
        await asyncio.sleep(0)
        gate.set()
        return await blocked

    assert asyncio.run(both())


def test_there_are_no_more_than_the_limit() -> None:
    pool, lock, gate = Threads(3), threading.Lock(), threading.Event()
    now = most = 0

    def work() -> None:
        nonlocal now, most
        with lock:
            now += 1
            most = max(most, now)
            if now == 3:
                gate.set()
        gate.wait(30)
        with lock:
            now -= 1

    async def many() -> None:
        await asyncio.gather(*(pool.run(work) for _ in range(50)))

    asyncio.run(many())
    assert most == 3
    assert pool._started == 3


def test_a_free_thread_is_used_again() -> None:
    pool = Threads(10)

    async def one_by_one() -> set[int]:
        used = set()
        for _ in range(20):
            used.add(await pool.run(threading.get_ident))
            # A thread says that it is free just after it has delivered.
            while not pool._idle._value:
                await asyncio.sleep(0)
        return used

    assert len(asyncio.run(one_by_one())) == 1


def test_who_is_cancelled_does_not_wait_for_the_thread() -> None:
    pool, gate, begun = Threads(1), threading.Event(), threading.Event()
    never: list[int] = []

    def hold() -> None:
        begun.set()
        gate.wait(30)

    async def cancelled() -> None:
        holding = asyncio.create_task(pool.run(hold))
        while not begun.is_set():
            await asyncio.sleep(0.001)
        waiting = asyncio.create_task(pool.run(never.append, 1))
        await asyncio.sleep(0)
        for task in (waiting, holding):
            task.cancel()
        begin = time.monotonic()
        await asyncio.gather(waiting, holding, return_exceptions=True)
        assert time.monotonic() - begin < 1
        gate.set()
        assert await pool.run(int, "5") == 5

    asyncio.run(cancelled())
    assert never == [], "what has not begun when its run ends is never begun"


def test_a_loop_may_end_before_its_threads() -> None:
    pool, gate, done = Threads(1), threading.Event(), threading.Event()

    def late() -> None:
        gate.wait(30)

    async def leave() -> None:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await pool.run(late)

    asyncio.run(leave())
    gate.set()
    asyncio.run(pool.run(done.set))
    assert done.is_set()


def test_database_connections_are_closed_after_each_call(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    closed = []
    monkeypatch.setattr(connections, "close_all", lambda: closed.append(threading.get_ident()))
    used = run(threading.get_ident)
    assert closed[0] == used


def test_a_process_ends_although_a_thread_hangs() -> None:
    code = """
import django; django.setup()
import asyncio, threading
from agents import threads
async def main():
    try:
        async with asyncio.timeout(0.1):
            await threads.run(threading.Event().wait)
    except TimeoutError:
        print("ended")
asyncio.run(main())
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout == "ended\n"


def test_a_process_has_its_own(settings) -> None:
    threads._shared.cache_clear()
    settings.AGENT_THREADS = 1
    assert threads._shared()._limit == 1
    threads._shared.cache_clear()
