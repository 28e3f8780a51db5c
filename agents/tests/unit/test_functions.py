"""Function agents."""

import asyncio
import functools
import logging
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from agents import functions, runners, runtime, threads
from agents.context import BlockingDesk, Context
from agents.desk import Desk
from agents.errors import ErrorType, RunFailed
from agents.orders import Outcome, Usage
from agents.tests.conftest import order
from agents.tests.desks import MemoryDesk
from scheduler_project import environment


def plain(context: Context[BlockingDesk]) -> str:
    return f"{context.command} in {context.timezone}, attempt {context.attempt}"


async def awaited(context: Context[Desk]) -> str:
    earlier = await context.desk.recall("x")
    await context.desk.remember("x", context.command)
    return f"before: {earlier}"


def blocking(context: Context[BlockingDesk]) -> list[str | None]:
    desk = context.desk
    desk.note("text", {"said": "hello"})
    desk.remember("y", context.idempotency_key)
    return [desk.previous_result(), desk.recall("x"), *sorted(desk.remembered())]


class Callable_:  # noqa: N801
    async def __call__(self, context: Context[Desk]) -> int:
        return context.attempt


instance = Callable_()
partly = functools.partial(awaited)
not_a_function = 5
puppet: list[Callable[[Context[Any]], Any]] = []


def anything(context: Context[Any]) -> Any:
    return puppet[-1](context)


async def anything_async(context: Context[Any]) -> Any:
    result = puppet[-1](context)
    return await result if asyncio.iscoroutine(result) else result


NAMES = ("plain", "awaited", "blocking", "instance", "partly", "not_a_function")


@pytest.fixture(autouse=True)
def configured(settings: Any) -> None:
    names = (*NAMES, "anything", "anything_async", "missing")
    settings.AGENT_FUNCTIONS = {name: f"{__name__}.{name}" for name in names}


def run(name: str, desk: MemoryDesk | None = None, **changes: Any) -> Outcome:
    values = {"runner": "function", "options": {"function": name}} | changes
    return asyncio.run(runtime.run(order(**values), Usage(), desk or MemoryDesk()))


def act(work: Callable[[Context[Any]], Any]) -> None:
    puppet[:] = [work]


def test_a_function_in_a_thread() -> None:
    outcome = run("plain", command="tidy", timezone="Europe/Berlin", attempt=2)
    assert outcome == Outcome(state="success", text="tidy in Europe/Berlin, attempt 2")


@pytest.mark.parametrize("name", ["awaited", "partly"])
def test_an_async_function_awaits_its_desk(name: str) -> None:
    desk = MemoryDesk(x="old")
    assert run(name, desk, command="new").text == "before: old"
    assert desk.kept == {"x": "new"}


def test_an_async_callable() -> None:
    assert run("instance", attempt=3).text == "3"


def test_a_blocking_function_has_the_same_desk() -> None:
    desk = MemoryDesk(previous="yes", x="1")
    assert run("blocking", desk).text == '["yes", "1", "x", "y"]'
    assert desk.kept["y"] == str(order().execution_id)
    assert desk.notes == [("text", {"said": "hello"})]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("plain é", "plain é"),
        (None, ""),
        ({"é": [1, None, True]}, '{"é": [1, null, true]}'),
        ([date(2030, 1, 31), Decimal("1.10")], '["2030-01-31", "1.10"]'),
    ],
)
@pytest.mark.parametrize("name", ["anything", "anything_async"])
def test_answers(name: str, value: Any, text: str) -> None:
    act(lambda context: value)
    assert run(name) == Outcome(state="success", text=text)


@pytest.mark.parametrize("name", ["anything", "anything_async"])
@pytest.mark.parametrize(
    "error",
    [
        *(ValueError("planted-secret"), TimeoutError(), SystemExit(2), StopIteration()),
        *(asyncio.CancelledError(), RecursionError()),
    ],
)
def test_whatever_it_raises_is_its_own_failure(
    name: str, error: BaseException, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(context: Context[Any]) -> None:
        raise error

    act(fail)
    with caplog.at_level(logging.ERROR):
        outcome = run(name, secrets={"key": "planted-secret"})
    assert (outcome.error_type, outcome.retryable) == ("function_failed", True)
    assert f"The function {name!r} failed (" in outcome.error_message
    assert "in fail" in caplog.text
    assert "planted" not in outcome.error_message + caplog.text


@pytest.mark.parametrize("value", [{1, 2}, object()])
def test_an_answer_that_nobody_can_read(value: Any) -> None:
    act(lambda context: value)
    outcome = run("anything")
    assert outcome.error_type == "function_failed"
    assert "TypeError" in outcome.error_message


def test_a_function_may_know_why_it_failed() -> None:
    def refuse(context: Context[Any]) -> None:
        raise RunFailed(ErrorType.REQUEST_REJECTED, "There is nothing to do.")

    act(refuse)
    outcome = run("anything")
    assert (outcome.error_type, outcome.retryable) == ("request_rejected", False)
    assert outcome.error_message == "There is nothing to do."


def test_a_function_that_hangs_is_recorded_within_its_time() -> None:
    gate, ended = threading.Event(), threading.Event()
    said: list[str] = []

    def hang(context: Context[BlockingDesk]) -> None:
        gate.wait(30)
        try:
            context.desk.remember("late", "x")
        except RuntimeError as error:
            said.append(str(error))
        ended.set()

    act(hang)
    desk, begin = MemoryDesk(), time.monotonic()
    outcome = run("anything", desk, timeout_seconds=0.2)
    assert time.monotonic() - begin < 10
    assert outcome.error_type == "timed_out"
    gate.set()
    assert ended.wait(30)
    assert said == ["The run has ended; its desk is closed."]
    assert desk.kept == {}


def test_a_cancelled_run_ends_at_once() -> None:
    gate, begun = threading.Event(), threading.Event()

    def hang(context: Context[BlockingDesk]) -> None:
        begun.set()
        gate.wait(30)

    async def cancelled() -> None:
        wanted = order(runner="function", options={"function": "anything"})
        task = asyncio.create_task(runtime.run(wanted, Usage()))
        while not begun.is_set():
            await asyncio.sleep(0.001)
        task.cancel()
        begin = time.monotonic()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert time.monotonic() - begin < 10

    act(hang)
    asyncio.run(cancelled())
    gate.set()


def test_threads_that_are_held_cost_others_no_more_than_their_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pool, gate = threads.Threads(1), threading.Event()
    monkeypatch.setattr(threads, "_shared", lambda: pool)
    act(lambda context: gate.wait(30))

    async def two() -> list[str]:
        wanted = order(runner="function", options={"function": "anything"}, timeout_seconds=0.3)
        outcomes = await asyncio.gather(*(runtime.run(wanted, Usage()) for _ in range(2)))
        return [outcome.error_type for outcome in outcomes]

    assert asyncio.run(two()) == ["timed_out", "timed_out"]
    gate.set()


@pytest.fixture
def exhausted(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """All threads of this process are kept by functions that do not return."""
    pool, gate = threads.Threads(1), threading.Event()
    monkeypatch.setattr(threads, "_shared", lambda: pool)
    act(lambda context: gate.wait(30))
    for _ in range(2):
        assert run("anything", timeout_seconds=0.2).error_type == "timed_out"
    yield
    gate.set()


def test_without_a_thread_a_function_fails_at_once(exhausted: None) -> None:
    outcome = run("plain", timeout_seconds=30)
    assert (outcome.error_type, outcome.retryable) == ("function_failed", True)
    assert outcome.error_message == (
        "The function 'plain' cannot be called: "
        "2 calls that never returned keep all threads of the worker; restart it."
    )


def test_an_async_function_needs_no_thread(exhausted: None) -> None:
    assert run("awaited").text == "before: None"


@pytest.mark.parametrize("name", ["unknown", "missing", "not_a_function"])
def test_a_function_that_is_not_here(name: str) -> None:
    outcome = run(name)
    assert (outcome.error_type, outcome.retryable) == ("unknown_runner", False)
    assert f"{name!r}" in outcome.error_message


@pytest.mark.parametrize(
    ("options", "hint"),
    [
        ({}, 'Give {"function": name} and nothing else; there is: anything, '),
        ({"function": 5}, "and nothing else"),
        ({"function": "plain", "more": 1}, "and nothing else"),
        ({"function": "plian"}, "Did you mean plain?"),
    ],
)
def test_options_that_are_refused(options: dict[str, Any], hint: str) -> None:
    with pytest.raises(ValueError, match="function") as caught:
        runners.get("function").check_options(options)
    assert hint in str(caught.value)


def test_options_and_models() -> None:
    runner = runners.get("function")
    runner.check_options({"function": "plain"})
    runner.check_model("")
    with pytest.raises(ValueError, match="Leave the model empty"):
        runner.check_model("local")
    with pytest.raises(ValueError, match="has no options"):
        runners.get("llm").check_options({"function": "plain"})


def test_a_deployment_without_functions(settings: Any) -> None:
    settings.AGENT_FUNCTIONS = {}
    with pytest.raises(ValueError, match="there is none"):
        runners.get("function").check_options({"function": "plain"})


def test_names_need_no_import(settings: Any) -> None:
    settings.AGENT_FUNCTIONS = {"far": "nowhere.far"}
    assert functions.registry().names() == ["far"]
    assert "nowhere" not in sys.modules


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("", {}),
        ("a.b", {"b": "a.b"}),
        ("x = a.b_c.d , e.f", {"x": "a.b_c.d", "f": "e.f"}),
    ],
)
def test_the_setting(monkeypatch: pytest.MonkeyPatch, value: str, found: Any) -> None:
    monkeypatch.setenv("X", value)
    assert environment.paths("X") == found


@pytest.mark.parametrize(
    "value", ["b", "a..b", "a.b=", "=a", "1x=a.b", "a-b=c", "a=b=c.d", "x=a:b", "a.b,c.b", "a b.c"]
)
def test_a_setting_that_cannot_be_read(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("X", value)
    with pytest.raises(ImproperlyConfigured, match=r"^X "):
        environment.paths("X")
