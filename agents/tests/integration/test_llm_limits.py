"""Runs under MODEL_LIMITS, and runs whose provider asks for fewer requests."""

import asyncio
import re
import threading
import time
from typing import Any
from uuid import uuid4

import pytest

from agents import runtime
from agents.limits import backoff
from agents.orders import Outcome, Usage
from agents.runners import llm_clients
from agents.tests.conftest import Notes, order
from tests.scripted_behaviour import Behaviour
from tests.scripted_model import ScriptedModel

FIRST = "openai-chat:gpt-4o"


@pytest.fixture(autouse=True)
def of_its_own(settings: Any) -> None:
    """What a test is told to wait for concerns no other test."""
    settings.CELERY_TASK_DEFAULT_QUEUE = f"limits-{uuid4()}"


def run(notes: Notes | None = None, **changes: Any) -> Outcome:
    """A run in a process of its own, as far as limits are concerned."""
    return asyncio.run(runtime.run(order(**changes), Usage(), notes or Notes()))


async def crowd(commands: list[str]) -> list[Outcome]:
    found = await asyncio.gather(
        *(runtime.run(order(each, timeout_seconds=60), Usage()) for each in commands)
    )
    await runtime.close()
    return found


def test_two_hundred_runs_of_two_workers(scripted_model: ScriptedModel, settings: Any) -> None:
    settings.MODEL_LIMITS = {"local": {"concurrency": 7}}
    ended: list[Outcome] = []

    def worker() -> None:
        ended.extend(asyncio.run(crowd(["sleep 0.02 say done"] * 100)))

    threads = [threading.Thread(target=worker) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [outcome.text for outcome in ended] == ["done"] * 200
    assert scripted_model.most_at_once == 7


def test_retry_after_is_honoured(scripted_model: ScriptedModel) -> None:
    notes, begin = Notes(), time.monotonic()
    outcome = run(notes, command="fail 429 times 1 retry-after 1 say recovered")
    assert outcome.text == "recovered"
    assert time.monotonic() - begin >= 1
    (note,) = notes.of("retry")
    assert note["reason"].startswith(
        "The provider of local:scripted asks for fewer requests, and to wait 1 seconds. "
        "Trying again in 1"
    )
    assert notes.kinds == ["model_request", "retry", "model_response"]


def test_another_worker_honours_it_too(scripted_model: ScriptedModel) -> None:
    scripted_model.then(Behaviour(status=429, retry_after=60))
    outcome = run()
    assert (outcome.error_type, outcome.retryable) == ("rate_limited", True)
    assert outcome.error_message == (
        "The provider of local:scripted asks for fewer requests, and to wait 60 seconds; "
        "the run has no time for that."
    )
    other = run()
    assert other.error_type == "rate_limited"
    assert re.search(
        r"has asked for fewer requests, and wants none for another (60|5\d(\.\d)?) seconds; ",
        other.error_message,
    )
    assert len(scripted_model.requests) == 1


def test_another_worker_waits_for_it_if_it_can(scripted_model: ScriptedModel) -> None:
    scripted_model.then(Behaviour(status=429, retry_after=1.5))
    begin = time.monotonic()
    assert run(timeout_seconds=1.0).error_type == "rate_limited"
    notes = Notes()
    assert run(notes).text == "hello"
    assert time.monotonic() - begin >= 1.5
    assert "wants none for another" in notes.of("retry")[0]["reason"]


def test_a_streamed_answer_is_asked_for_again(scripted_model: ScriptedModel) -> None:
    scripted_model.then(Behaviour(status=429, retry_after=0.2))
    assert run(options={"stream": True}).text == "hello"


def test_without_a_word_it_waits_a_second_or_so(scripted_model: ScriptedModel) -> None:
    scripted_model.then(Behaviour(status=429))
    begin = time.monotonic()
    assert run().text == "hello"
    assert time.monotonic() - begin >= backoff.FIRST_PAUSE_SECONDS / 2


def test_it_gives_up_after_some_tries(scripted_model: ScriptedModel) -> None:
    outcome = run(command="fail 429 retry-after 0.1")
    assert outcome.error_message.endswith("wait 0.1 seconds; it was asked 4 times.")
    assert len(scripted_model.requests) == backoff.MAX_TRIES


def test_no_quota_is_no_reason_to_wait(scripted_model: ScriptedModel) -> None:
    scripted_model.then(Behaviour(status=429, code="insufficient_quota"))
    outcome = run()
    assert (outcome.error_type, outcome.retryable) == ("quota_exceeded", False)
    assert len(scripted_model.requests) == 1
    assert run().text == "hello"


def test_another_model_is_better_than_waiting(
    first: ScriptedModel, scripted_model: ScriptedModel
) -> None:
    first.then(Behaviour(status=429, retry_after=2))
    names: dict[str, Any] = {"model": FIRST, "fallback_models": ["local"]}
    begin = time.monotonic()
    for _ in range(2):
        notes = Notes()
        assert run(notes, **names).text == "hello"
        assert FIRST in notes.of("retry")[0]["reason"]
    if time.monotonic() - begin < 2:
        assert len(first.requests) == 1
    assert len(scripted_model.requests) == 2


def test_the_last_model_waits(first: ScriptedModel, scripted_model: ScriptedModel) -> None:
    first.then(Behaviour(status=401))
    scripted_model.then(Behaviour(status=429, retry_after=0.5))
    assert run(model=FIRST, fallback_models=["local"]).text == "hello"
    assert len(scripted_model.requests) == 2


def test_a_run_says_what_it_waits_for(scripted_model: ScriptedModel, settings: Any) -> None:
    settings.MODEL_LIMITS = {"local": {"concurrency": 1}}
    gate, notes = threading.Event(), Notes()
    scripted_model.then(Behaviour(until=gate))

    async def two() -> list[Outcome]:
        first = asyncio.create_task(runtime.run(order(), Usage()))
        while not scripted_model.requests:
            await asyncio.sleep(0.01)
        second = asyncio.create_task(runtime.run(order(), Usage(), notes))
        while "retry" not in notes.kinds:
            await asyncio.sleep(0.01)
        gate.set()
        return [await first, await second]

    assert [outcome.state for outcome in asyncio.run(two())] == ["success"] * 2
    reason = "Waiting for its turn: MODEL_LIMITS allows 1 at once for local."
    assert notes.of("retry") == [{"reason": reason}]


def test_no_turn_in_time(scripted_model: ScriptedModel, settings: Any) -> None:
    settings.MODEL_LIMITS = {"local": {"requests_per_minute": 1}}
    assert run().text == "hello"
    outcome = run(timeout_seconds=1.0)
    assert (outcome.error_type, outcome.retryable) == ("rate_limited", True)
    assert "not the turn of this call of local:scripted" in outcome.error_message
    assert len(scripted_model.requests) == 1


def test_no_turn_with_one_model_in_time_but_with_the_next(
    first: ScriptedModel, scripted_model: ScriptedModel, settings: Any
) -> None:
    settings.MODEL_LIMITS = {"openai-chat:*": {"requests_per_minute": 1}}
    names: dict[str, Any] = {"model": FIRST, "fallback_models": ["local"], "timeout_seconds": 4.0}
    assert [run(**names).text for _ in range(2)] == ["hello"] * 2
    assert len(first.requests) == len(scripted_model.requests) == 1


def test_a_run_that_is_cancelled_gives_its_slot_back(
    scripted_model: ScriptedModel, settings: Any
) -> None:
    settings.MODEL_LIMITS = {"local": {"concurrency": 1}}
    scripted_model.then(Behaviour(until=threading.Event()))

    async def cancelled() -> str:
        task = asyncio.create_task(runtime.run(order(), Usage()))
        while not scripted_model.requests:
            await asyncio.sleep(0.01)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        return (await runtime.run(order(), Usage())).text

    assert asyncio.run(cancelled()) == "hello"


def test_ctrl_c_gives_all_slots_back(scripted_model: ScriptedModel, settings: Any) -> None:
    """The loop that ends closes its clients, and they their gate; another worker starts at once."""
    settings.MODEL_LIMITS = {"local": {"concurrency": 1}}
    scripted_model.then(Behaviour(until=threading.Event()))

    async def broken_off() -> None:
        task = asyncio.create_task(runtime.run(order(), Usage()))
        while not scripted_model.requests:
            await asyncio.sleep(0.01)
        assert not task.done()

    asyncio.run(broken_off())
    assert len(llm_clients._kept) == 0
    settings.LEASE_SECONDS = 3600
    begin = time.monotonic()
    assert run(timeout_seconds=10.0).text == "hello"
    assert time.monotonic() - begin < 10
