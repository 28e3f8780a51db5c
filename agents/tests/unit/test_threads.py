"""Threads for code that blocks."""

import asyncio
import logging
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextvars import ContextVar

import pytest
from django.db import connections

from agents import threads
from agents.calls import Exhausted
from agents.threads import Threads

NAME: ContextVar[str] = ContextVar("NAME")


def run(function, *args):
    return asyncio.run(Threads(2).run("It", function, *args))


class Held:
    """Calls that do not return before they are let go."""

    def __init__(self) -> None:
        self.begun = threading.Semaphore(0)
        self.gate = threading.Event()

    def hold(self) -> str:
        self.begun.release()
        self.gate.wait(30)
        return "late"

    async def leave(self, pool: Threads, count: int) -> None:
        """So many calls begin, and nobody waits for them any more."""
        for _ in range(count):
            held = asyncio.create_task(pool.run("The sleeper", self.hold))
            while not self.begun.acquire(blocking=False):
                assert not held.done()
                await asyncio.sleep(0.001)
            held.cancel()
            await asyncio.wait([held])


@pytest.fixture
def held() -> Iterator[Held]:
    held = Held()
    yield held
    held.gate.set()


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
        return await Threads(1).run("It", NAME.get)

    assert asyncio.run(call()) == "mine"


def test_the_loop_goes_on_meanwhile() -> None:
    gate = threading.Event()

    async def both() -> bool:
        blocked = asyncio.create_task(Threads(1).run("It", gate.wait, 30))
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
        await asyncio.gather(*(pool.run("It", work) for _ in range(50)))

    before = set(threading.enumerate())
    asyncio.run(many())
    assert most == len(set(threading.enumerate()) - before) == 3


def test_a_free_thread_is_used_again() -> None:
    pool = Threads(10)

    async def one_by_one() -> set[int]:
        return {await pool.run("It", threading.get_ident) for _ in range(20)}

    assert len(asyncio.run(one_by_one())) == 1


def test_who_is_cancelled_does_not_wait_for_the_thread() -> None:
    pool, gate, begun = Threads(1), threading.Event(), threading.Event()
    never: list[int] = []

    def hold() -> None:
        begun.set()
        gate.wait(30)

    async def cancelled() -> None:
        holding = asyncio.create_task(pool.run("It", hold))
        while not begun.is_set():
            await asyncio.sleep(0.001)
        waiting = asyncio.create_task(pool.run("It", never.append, 1))
        await asyncio.sleep(0)
        for task in (waiting, holding):
            task.cancel()
        begin = time.monotonic()
        await asyncio.gather(waiting, holding, return_exceptions=True)
        assert time.monotonic() - begin < 10
        gate.set()
        assert await pool.run("It", int, "5") == 5

    asyncio.run(cancelled())
    assert never == [], "what has not begun when its run ends is never begun"


def test_whatever_its_arguments_are_called() -> None:
    given = dict.fromkeys(("what", "function", "self", "args"), 1)
    assert asyncio.run(Threads(1).run("It", dict, **given)) == given


# --- Calls that do not return
def test_a_thread_whose_call_goes_on_without_its_run_is_replaced(
    held: Held, caplog: pytest.LogCaptureFixture
) -> None:
    pool = Threads(1)

    async def scene() -> int:
        await held.leave(pool, 1)
        return await pool.run("It", int, "5")

    assert asyncio.run(scene()) == 5
    (record,) = caplog.records
    assert record.levelno == logging.WARNING
    assert record.getMessage().startswith("The sleeper goes on although its run has ended")
    assert record.getMessage().endswith("1 calls do so, at most 2 can")


def test_there_is_an_end_to_it_and_a_way_back(held: Held) -> None:
    pool = Threads(2)

    async def scene() -> int:
        await held.leave(pool, 3)
        at_once = [asyncio.create_task(pool.run("It", held.hold)) for _ in range(2)]
        while not held.begun.acquire(blocking=False):
            await asyncio.sleep(0.001)
        # The other one waits: of two places three that are given up have cost one.
        at_once[0].cancel()
        with pytest.raises(Exhausted, match="4 calls that never returned keep all threads"):
            await at_once[1]
        with pytest.raises(Exhausted):
            await pool.run("It", int, "5")
        held.gate.set()
        while pool._given_up:
            await asyncio.sleep(0.001)
        return await pool.run("It", int, "5")

    assert asyncio.run(scene()) == 5


def test_threads_that_come_back_are_not_too_many(held: Held) -> None:
    pool, before = Threads(2), set(threading.enumerate())

    async def scene() -> None:
        await held.leave(pool, 2)
        others = [asyncio.create_task(pool.run("It", held.hold)) for _ in range(2)]
        for _ in others:
            while not held.begun.acquire(blocking=False):
                await asyncio.sleep(0.001)
        assert len(set(threading.enumerate()) - before) == 4
        held.gate.set()
        await asyncio.gather(*others)
        while len(set(threading.enumerate()) - before) > 2:
            await asyncio.sleep(0.001)
        assert await asyncio.gather(*(pool.run("It", int, "5") for _ in range(9))) == [5] * 9

    asyncio.run(scene())


def test_it_is_told_once_that_all_are_taken(held: Held, caplog: pytest.LogCaptureFixture) -> None:
    pool = Threads(2)

    async def scene() -> None:
        for _ in range(2):
            calls = [asyncio.create_task(pool.run("It", held.hold)) for _ in range(5)]
            while len(pool._waiting) < 3:
                await asyncio.sleep(0.001)
            held.gate.set()
            await asyncio.gather(*calls)
            held.gate.clear()

    asyncio.run(scene())
    assert [record.getMessage() for record in caplog.records] == [
        "All 2 threads are taken: It waits for one"
    ] * 2


def test_a_loop_may_end_before_its_threads() -> None:
    pool, gate, done = Threads(1), threading.Event(), threading.Event()

    def late() -> None:
        gate.wait(30)

    async def leave() -> None:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await pool.run("It", late)

    asyncio.run(leave())
    gate.set()
    asyncio.run(pool.run("It", done.set))
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
            await threads.run("It", threading.Event().wait)
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
