"""Limits across processes: two gates, each with its own place in Redis, on a real Valkey."""

import asyncio
import logging
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any
from uuid import uuid4

import pytest
from redis.asyncio import Redis

from agents import news
from agents.limits import answers, gate, shared
from agents.limits.asks import Answer
from agents.limits.gate import Gate, Paused
from agents.limits.local import Local
from agents.limits.rules import Limit
from agents.limits.shared import Shared


def nothing(limit: Limit) -> None:
    """Nobody wants to know what is waited for."""


@pytest.fixture
def model(settings: Any) -> str:
    """A model of this test only, without limits so far."""
    settings.MODEL_LIMITS = {}
    settings.LEASE_SECONDS = 2
    return f"test:{uuid4()}"


@asynccontextmanager
async def gates(number: int = 2) -> AsyncIterator[list[Gate]]:
    found = [Gate() for _ in range(number)]
    try:
        yield found
    finally:
        for each in found:
            await each.close()


@asynccontextmanager
async def valkey() -> AsyncIterator[Redis]:
    async with news.connect() as client:
        yield client


async def forget_everything() -> None:
    """What FLUSHALL does to the limits; other tests use the same server."""
    async with valkey() as client:
        keys = [key async for key in client.scan_iter(f"{shared._prefix()}:*")]
        if keys:
            await client.delete(*keys)
        await client.script_flush()


async def slots(model: str) -> int:
    async with valkey() as client:
        return int(await client.zcard(f"{shared._prefix()}:slots:{model}"))


class Calls:
    """Calls through gates, counted."""

    def __init__(self, model: str) -> None:
        self.model = model
        self.now = self.most = 0
        self.begun: list[float] = []

    async def make(self, gate: Gate, call: Callable[[], Awaitable[object]]) -> None:
        ticket = await gate.enter(self.model, nothing)
        self.now += 1
        self.most = max(self.most, self.now)
        self.begun.append(time.monotonic())
        try:
            await call()
        finally:
            self.now -= 1
            gate.leave(ticket)


async def short() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def until(true: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(20):
        while not await true():
            await asyncio.sleep(0.02)


def test_never_more_at_once(model: str, settings: Any) -> None:
    settings.MODEL_LIMITS = {model: {"concurrency": 5}}
    calls = Calls(model)

    async def crowd() -> None:
        async with gates() as both:
            await asyncio.gather(*(calls.make(both[n % 2], short) for n in range(200)))
        assert await slots(model) == 0

    asyncio.run(crowd())
    assert calls.most == 5
    assert len(calls.begun) == 200


def test_never_more_a_minute(model: str, settings: Any) -> None:
    settings.MODEL_LIMITS = {model: {"requests_per_minute": 1200}}
    calls = Calls(model)

    async def crowd() -> None:
        async with gates() as both:
            await asyncio.gather(*(calls.make(both[n % 2], short) for n in range(60)))

    asyncio.run(crowd())
    limit = Limit(model, requests_per_minute=1200)
    rest = (60 - limit.burst) * limit.interval / 1_000_000
    assert rest * 0.98 < calls.begun[-1] - calls.begun[0] < rest + 5
    # A timer may be late, and the next call be on time: a little less than the interval.
    for n in range(limit.burst, 60):
        passed = calls.begun[n] - calls.begun[0]
        assert passed > (n - limit.burst + 1) * limit.interval / 1_000_000 - 0.1


def test_a_providers_limit_counts_for_all_its_models(model: str, settings: Any) -> None:
    provider = f"p{uuid4().hex}"
    settings.MODEL_LIMITS = {
        f"{provider}:*": {"concurrency": 3},
        f"{provider}:a": {"concurrency": 1},
    }
    calls, of_a = Calls(f"{provider}:b"), Calls(f"{provider}:a")

    async def crowd() -> None:
        async with gates() as both:

            async def counted(gate: Gate) -> None:
                await calls.make(gate, short)

            others = (calls.make(both[n % 2], short) for n in range(40))
            limited = (of_a.make(both[n % 2], short) for n in range(20))
            await asyncio.gather(*others, *limited)
        assert await slots(f"{provider}:*") == await slots(f"{provider}:a") == 0

    asyncio.run(crowd())
    assert of_a.most == 1
    assert calls.most <= 3
    assert (len(calls.begun), len(of_a.begun)) == (40, 20)


def test_first_come_first_served(model: str, settings: Any) -> None:
    """Also between processes: one with many calls does not keep the other's out."""
    settings.MODEL_LIMITS = {model: {"concurrency": 1}}
    order: list[str] = []

    async def crowd() -> None:
        async with gates() as (first, second):

            async def call(gate: Gate, name: str) -> None:
                ticket = await gate.enter(model, nothing)
                order.append(name)
                await asyncio.sleep(0.01)
                gate.leave(ticket)

            early = [asyncio.create_task(call(first, f"early {n}")) for n in range(10)]
            await asyncio.sleep(0.005)
            other = asyncio.create_task(call(second, "other"))
            while len(order) < 3:
                await asyncio.sleep(0.001)
            late = [asyncio.create_task(call(first, f"late {n}")) for n in range(10)]
            await asyncio.gather(*early, other, *late)

    asyncio.run(crowd())
    for kind in ("early", "late"):
        mine = [name for name in order if name.startswith(kind)]
        assert mine == [f"{kind} {n}" for n in range(10)]
    # It asks within a tenth of a second, and what came later waits for it.
    assert order.index("other") <= 11


def test_one_round_trip_for_a_crowd(
    model: str, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.MODEL_LIMITS = {model: {"concurrency": 100}}
    asked = count_exchanges(monkeypatch)

    async def crowd() -> None:
        async with gates(1) as (one,):
            tickets = await asyncio.gather(*(one.enter(model, nothing) for _ in range(100)))
            assert len(asked) == 1
            for ticket in tickets:
                one.leave(ticket)
            await until(lambda: gone(model))
            assert len(asked) == 2

    asyncio.run(crowd())


def count_exchanges(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    asked: list[Any] = []
    exchange = Shared.exchange

    async def counted(self: Shared, *args: Any, **options: Any) -> Any:
        asked.append(args)
        return await exchange(self, *args, **options)

    monkeypatch.setattr(Shared, "exchange", counted)
    return asked


async def gone(model: str) -> bool:
    return await slots(model) == 0


def test_without_limits_redis_is_asked_once_a_second(
    model: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = count_exchanges(monkeypatch)
    monkeypatch.setattr(gate, "LOOK_SECONDS", 3600)

    async def crowd() -> None:
        async with gates(1) as (one,):
            tickets = await asyncio.gather(*(one.enter(model, nothing) for _ in range(1000)))
            assert tickets == [None] * 1000
            for _ in range(1000):
                await one.enter(model, nothing)

    asyncio.run(crowd())
    assert len(asked) == 1


@pytest.mark.parametrize("limited", [True, False])
def test_a_pause_holds_for_all(
    model: str, settings: Any, monkeypatch: pytest.MonkeyPatch, limited: bool
) -> None:
    monkeypatch.setattr(gate, "LOOK_SECONDS", 0)
    if limited:
        settings.MODEL_LIMITS = {model: {"concurrency": 1}}

    async def pause() -> None:
        async with gates() as (first, second):
            second.leave(await second.enter(model, nothing))
            first.pause(model, 2)
            first.pause(model, 1)
            with pytest.raises(Paused):
                await first.enter(model, nothing)

            async def heard() -> bool:
                with suppress(Paused):
                    second.leave(await second.enter(model, nothing))
                return second.paused(model) > 0

            await until(heard)
            assert second.paused(model) <= 2
            assert second.paused("test:other") == 0
            await asyncio.sleep(second.paused(model) + 0.1)
            for each in (first, second):
                each.leave(await each.enter(model, nothing))

    asyncio.run(pause())


def test_who_waits_hears_of_a_pause(model: str, settings: Any) -> None:
    settings.MODEL_LIMITS = {model: {"concurrency": 1}}

    async def pause() -> None:
        async with gates() as (first, second):
            ticket = await first.enter(model, nothing)
            waiting = [asyncio.create_task(each.enter(model, nothing)) for each in (first, second)]
            await asyncio.sleep(0)
            first.pause(model, 60)
            for task in waiting:
                with pytest.raises(Paused):
                    await task
            first.leave(ticket)

    asyncio.run(pause())


def test_nor_does_anybody_wait_on_whose_turn_is_far_off(model: str, settings: Any) -> None:
    settings.MODEL_LIMITS = {model: {"requests_per_minute": 1}}

    async def pause() -> None:
        async with gates(1) as (one,):
            one.leave(await one.enter(model, nothing))
            told: list[Limit] = []
            waiting = [asyncio.create_task(one.enter(model, told.append)) for _ in range(5)]
            async with asyncio.timeout(10):
                while len(told) < 5:
                    await asyncio.sleep(0.01)
                one.pause(model, 60)
                for task in waiting:
                    with pytest.raises(Paused):
                        await task
            assert told == [Limit(model, requests_per_minute=1)] * 5

    asyncio.run(pause())


def test_a_killed_worker_keeps_no_slot(model: str, settings: Any) -> None:
    """Nor does one that lives lose its own: it renews them."""
    settings.MODEL_LIMITS = {model: {"concurrency": 1}}

    async def kill() -> float:
        async with gates() as (first, second):
            await first.enter(model, nothing)
            waiting = asyncio.create_task(second.enter(model, nothing))
            await asyncio.sleep(2.5 * settings.LEASE_SECONDS)
            assert not waiting.done()
            assert first._task
            first._task.cancel()
            begin = time.monotonic()
            second.leave(await waiting)
            return time.monotonic() - begin

    assert 0.5 < asyncio.run(kill()) < 10


@pytest.mark.parametrize("seed", range(5))
def test_cancelled_at_any_moment(model: str, settings: Any, seed: int) -> None:
    settings.MODEL_LIMITS = {model: {"concurrency": 3}}
    chance = random.Random(seed)
    calls = Calls(model)

    async def crowd() -> None:
        async with gates() as both:

            async def cancelled(gate: Gate) -> None:
                task = asyncio.create_task(calls.make(gate, short))
                for _ in range(chance.randrange(30)):
                    await asyncio.sleep(chance.choice([0, 0, 0, 0.001]))
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)

            await asyncio.gather(*(cancelled(both[n % 2]) for n in range(100)))
            assert calls.now == 0
            await until(lambda: gone(model))
            async with valkey() as client:
                assert await client.hlen(f"{shared._prefix()}:waiting:{model}") == 0
            for each in both:
                assert model not in each._lines
                # And it still works.
                each.leave(await each.enter(model, nothing))

    asyncio.run(crowd())
    assert calls.most <= 3


def test_a_slot_that_comes_together_with_the_cancellation(model: str, settings: Any) -> None:
    settings.MODEL_LIMITS = {model: {"concurrency": 1}}

    async def cancel() -> None:
        async with gates(1) as (one,):
            task = asyncio.create_task(one.enter(model, nothing))
            while not (line := one._lines.get(model)) or not line.held:
                await asyncio.sleep(0)
            assert task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            await until(lambda: gone(model))

    asyncio.run(cancel())


def test_a_loop_that_ends_gives_its_slots_back(model: str, settings: Any) -> None:
    settings.MODEL_LIMITS = {model: {"concurrency": 1}}

    async def end() -> None:
        one = Gate()
        task = asyncio.create_task(Calls(model).make(one, lambda: asyncio.sleep(60)))
        while not (line := one._lines.get(model)) or not line.held:
            await asyncio.sleep(0.001)
        assert one._task
        one._task.cancel()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await one.close()
        assert await slots(model) == 0

    asyncio.run(end())


def test_an_answer_that_is_not_heard_gives_nothing(
    model: str, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The loop is being closed when Redis has given a slot, and nobody is there to use it."""
    settings.MODEL_LIMITS = {model: {"concurrency": 1}}
    exchange = Shared.exchange

    async def lost(self: Shared, *args: Any, **options: Any) -> None:
        await exchange(self, *args, **options)
        await asyncio.sleep(60)

    async def end() -> None:
        one = Gate()
        with monkeypatch.context() as patched:
            patched.setattr(Shared, "exchange", lost)
            task = asyncio.create_task(one.enter(model, nothing))
            await until(lambda: one_slot(model))
            assert one._task
            for each in (task, one._task):
                each.cancel()
                await asyncio.gather(each, return_exceptions=True)
        await one.close()
        assert await slots(model) == 0

    asyncio.run(end())


class Breaking:
    """Exchanges with Redis, of which the first that `tells` something breaks off, at its end."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *, done: bool) -> None:
        self._exchange = Shared.exchange
        self._done = done
        self.broken = asyncio.Event()
        self.asked = 0
        breaking = self

        async def exchange(shared: Shared, asks: Any, pauses: Any, look: bool) -> Any:
            return await breaking.exchange(shared, asks, pauses, look)

        monkeypatch.setattr(Shared, "exchange", exchange)

    async def exchange(self, shared: Shared, asks: Any, pauses: Any, look: bool) -> Any:
        self.asked += 1
        tells = pauses or any(ask.released for ask in asks)
        if self.broken.is_set() or not tells:
            return await self._exchange(shared, asks, pauses, look)
        if self._done:
            await self._exchange(shared, asks, pauses, look)
        self.broken.set()
        raise OSError("The connection was reset.")


@pytest.mark.parametrize("done", [False, True])
def test_a_round_trip_that_breaks_off_costs_nobody_a_slot(
    model: str, settings: Any, monkeypatch: pytest.MonkeyPatch, done: bool
) -> None:
    monkeypatch.setattr(answers, "REST_SECONDS", 0.1)
    settings.MODEL_LIMITS = {model: {"concurrency": 2}}
    settings.LEASE_SECONDS = 3600

    async def break_off() -> None:
        async with gates() as (first, second):
            tickets = [await first.enter(model, nothing) for _ in range(2)]
            breaking = Breaking(monkeypatch, done=done)
            first.leave(tickets[0])
            await breaking.broken.wait()
            async with asyncio.timeout(10):
                other = await second.enter(model, nothing)
            assert await slots(model) == 2, "that of the call that goes on, and the other's"
            for gate, ticket in ((first, tickets[1]), (second, other)):
                gate.leave(ticket)

    asyncio.run(break_off())


def test_nor_does_a_slot_that_nobody_has_heard_of(
    model: str, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Redis gives it to a call that does not begin without it, and is cancelled then."""
    monkeypatch.setattr(answers, "REST_SECONDS", 0.1)
    monkeypatch.setattr(Local, "answer", lambda *_: Answer(0, 60))
    settings.MODEL_LIMITS = {model: {"concurrency": 1}}
    settings.LEASE_SECONDS = 3600

    async def break_off() -> None:
        async with gates(1) as (one,):
            ticket = await one.enter(model, nothing)
            breaking = Breaking(monkeypatch, done=True)
            waiting = asyncio.create_task(one.enter(model, nothing))
            await asyncio.sleep(0)
            one.leave(ticket)
            await breaking.broken.wait()
            assert await slots(model) == 1
            waiting.cancel()
            await asyncio.gather(waiting, return_exceptions=True)
            await until(lambda: gone(model))

    asyncio.run(break_off())


def test_a_redis_that_rests_is_left_alone(
    model: str, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also by whoever has something to tell it, until the gate is closed."""
    settings.MODEL_LIMITS = {model: {"concurrency": 1}}

    async def rest() -> None:
        async with gates(1) as (one,):
            looked = count_looks(one)
            ticket = await one.enter(model, nothing)
            breaking = Breaking(monkeypatch, done=False)
            one.leave(ticket)
            one.pause(model, 60)
            await breaking.broken.wait()
            for _ in range(1000):
                await asyncio.sleep(0)
            assert (breaking.asked, await slots(model)) == (1, 1)
            assert len(looked) < 20
        assert (breaking.asked, await slots(model)) == (2, 0)

    asyncio.run(rest())


def count_looks(gate: Gate) -> list[float]:
    """When the gate has looked for something to say."""
    looked: list[float] = []
    due = gate._due

    def counted(now: float) -> float:
        looked.append(now)
        return due(now)

    gate._due = counted  # type: ignore[method-assign]
    return looked


def test_a_pause_is_told_when_redis_works_again(
    model: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is left of it."""
    monkeypatch.setattr(answers, "REST_SECONDS", 0.5)
    monkeypatch.setattr(gate, "LOOK_SECONDS", 0)

    async def pause() -> None:
        async with gates() as (first, second):
            breaking = Breaking(monkeypatch, done=False)
            first.pause(model, 60)
            await breaking.broken.wait()

            async def heard() -> bool:
                with suppress(Paused):
                    second.leave(await second.enter(model, nothing))
                return second.paused(model) > 0

            await until(heard)
            assert second.paused(model) < 59.7

    asyncio.run(pause())


def test_redis_forgets_everything(model: str, settings: Any) -> None:
    """Nobody is stuck, and who has a slot is known again after a third of a lease."""
    settings.MODEL_LIMITS = {model: {"concurrency": 4, "requests_per_minute": 60_000}}
    calls = Calls(model)
    done = asyncio.Event()

    async def crowd() -> None:
        async with gates() as (first, second):
            long = [asyncio.create_task(calls.make(first, done.wait)) for _ in range(3)]
            waiting = [asyncio.create_task(calls.make(second, short)) for _ in range(100)]
            await until(lambda: holds(first, 3))
            await forget_everything()
            await until(lambda: known(first))
            await asyncio.gather(*waiting)
            done.set()
            await asyncio.gather(*long)
        assert await slots(model) == 0

    async def holds(gate: Gate, number: int) -> bool:
        line = gate._lines.get(model)
        return line is not None and len(line.held) == number

    async def known(gate: Gate) -> bool:
        async with valkey() as client:
            members = await client.zrange(f"{shared._prefix()}:slots:{model}", 0, -1)
        return set(gate._lines[model].held) <= set(members)

    asyncio.run(crowd())
    assert len(calls.begun) == 103


async def crowd_without_redis(model: str) -> list[tuple[int, int]]:
    """For each of two processes: how many calls it has made, and how many at once.

    Nothing tells one what the other does: their calls may overlap or not.
    """
    async with gates() as both:
        calls = [Calls(model) for _ in both]
        await asyncio.gather(*(calls[n % 2].make(both[n % 2], short) for n in range(100)))
    return [(len(each.begun), each.most) for each in calls]


def warned(caplog: pytest.LogCaptureFixture) -> int:
    return sum("Redis does not answer" in record.message for record in caplog.records)


def test_without_redis_each_process_keeps_to_the_limits(
    model: str, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
    settings.MODEL_LIMITS = {model: {"concurrency": 2, "requests_per_minute": 6000}}
    assert asyncio.run(crowd_without_redis(model)) == [(50, 2), (50, 2)]
    assert warned(caplog) == 2, "once for each process, of which there are two in this one"


def test_without_redis_and_limits(model: str, settings: Any) -> None:
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
    assert asyncio.run(crowd_without_redis(model)) == [(50, 50), (50, 50)]


def test_a_redis_with_something_else_there(
    model: str, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.MODEL_LIMITS = {model: {"concurrency": 2}}

    async def spoilt() -> list[tuple[int, int]]:
        async with valkey() as client:
            await client.set(f"{shared._prefix()}:slots:{model}", "not a set", ex=60)
        return await crowd_without_redis(model)

    assert asyncio.run(spoilt()) == [(50, 2), (50, 2)]
    assert warned(caplog) == 2


def test_a_redis_that_hangs(
    model: str, settings: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(news, "SOCKET_TIMEOUT_SECONDS", 0.3)

    async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    async def crowd() -> list[tuple[int, int]]:
        async with await asyncio.start_server(hang, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            settings.CELERY_BROKER_URL = f"redis://127.0.0.1:{port}/0"
            return await crowd_without_redis(model)

    assert asyncio.run(crowd()) == [(50, 50), (50, 50)]
    assert warned(caplog) == 2


def test_redis_comes_back(
    model: str, settings: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The slots that were taken without it are known to it then."""
    monkeypatch.setattr(answers, "REST_SECONDS", 0.1)
    settings.MODEL_LIMITS = {model: {"concurrency": 1}}
    url = settings.CELERY_BROKER_URL
    caplog.set_level(logging.WARNING)

    async def come_back() -> None:
        settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
        async with gates() as (first, second):
            ticket = await first.enter(model, nothing)
            assert warned(caplog) == 1
            settings.CELERY_BROKER_URL = url
            first._answers._shared, second._answers._shared = Shared(), Shared()
            await until(lambda: one_slot(model))
            waiting = asyncio.create_task(second.enter(model, nothing))
            await asyncio.sleep(0.3)
            assert not waiting.done()
            first.leave(ticket)
            second.leave(await waiting)

    asyncio.run(come_back())


async def one_slot(model: str) -> bool:
    return await slots(model) == 1
