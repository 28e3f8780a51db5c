"""Calls that fail are made once more: by this project alone, in their turn, and not in vain."""

import asyncio
import time
from typing import Any
from uuid import uuid4

import pytest

from agents import runtime
from agents.orders import Outcome, Usage
from agents.tests.conftest import Notes, order
from tests.scripted_behaviour import Behaviour
from tests.scripted_model import ScriptedModel

FIRST = "openai-chat:gpt-4o"
STREAM = {"stream": True}


@pytest.fixture(autouse=True)
def of_its_own(settings: Any) -> None:
    """The calls that a test makes count for no other test."""
    settings.CELERY_TASK_DEFAULT_QUEUE = f"second-{uuid4()}"


def run(notes: Notes | None = None, **changes: Any) -> Outcome:
    return asyncio.run(runtime.run(order(**changes), Usage(), notes or Notes()))


@pytest.mark.parametrize("options", [{}, STREAM])
@pytest.mark.parametrize("behaviour", [Behaviour(status=500), Behaviour(status=409)])
def test_the_second_is_answered(
    scripted_model: ScriptedModel, behaviour: Behaviour, options: dict[str, Any]
) -> None:
    notes = Notes()
    scripted_model.then(behaviour)
    assert run(notes, options=options).text == "hello"
    assert len(scripted_model.requests) == 2
    (note,) = notes.of("retry")
    assert "local:scripted" in note["reason"]
    assert " Trying again in " in note["reason"]
    assert len(notes.of("model_request")) == len(notes.of("model_response")) == 1


@pytest.mark.parametrize(
    "model", ["openai:gpt-5", FIRST, "anthropic:nobody-knows-me", "google:gemini-2.5-pro"]
)
def test_no_client_tries_by_itself(
    first: ScriptedModel, monkeypatch: pytest.MonkeyPatch, model: str
) -> None:
    for provider in ("ANTHROPIC", "GOOGLE"):
        monkeypatch.setenv(f"{provider}_API_KEY", "planted")
    monkeypatch.setenv("ANTHROPIC_BASE_URL", first.url)
    monkeypatch.setenv("GOOGLE_GEMINI_BASE_URL", first.url)
    for options in ({}, STREAM):
        for _ in range(9):
            first.then(Behaviour(status=500))
        before, notes = len(first.requests), Notes()
        # Their first use takes seconds: until then the run's time stands still, too.
        assert run(notes, model=model, options=options, timeout_seconds=60).state == "failed"
        assert (len(first.requests) - before, len(notes.of("retry"))) == (2, 1)


def test_each_try_waits_for_its_turn(scripted_model: ScriptedModel, settings: Any) -> None:
    settings.MODEL_LIMITS = {"local": {"requests_per_minute": 1}}
    scripted_model.then(Behaviour(status=500))
    outcome = run(timeout_seconds=3.0)
    assert (outcome.error_type, outcome.retryable) == ("rate_limited", True)
    assert len(scripted_model.requests) == 1


def test_while_it_waits_others_have_its_place(scripted_model: ScriptedModel, settings: Any) -> None:
    settings.MODEL_LIMITS = {"local": {"concurrency": 1}}
    scripted_model.then(Behaviour(status=500, retry_after=60))

    async def two() -> str:
        first = asyncio.create_task(runtime.run(order(timeout_seconds=600), Usage()))
        while not scripted_model.requests:
            await asyncio.sleep(0.01)
        second = await runtime.run(order(timeout_seconds=10), Usage())
        first.cancel()
        await asyncio.gather(first, return_exceptions=True)
        return second.text

    assert asyncio.run(two()) == "hello"


def test_a_streamed_answer_that_has_begun_is_not_asked_for_again(
    scripted_model: ScriptedModel,
) -> None:
    notes = Notes()
    scripted_model.then(Behaviour(text="The quick brown fox", drop=True))
    assert run(notes, options=STREAM).error_type == "provider_unavailable"
    assert (len(scripted_model.requests), notes.of("retry")) == (1, [])


def test_as_long_as_the_provider_says(scripted_model: ScriptedModel) -> None:
    scripted_model.then(Behaviour(status=503, retry_after=1.5))
    begin = time.monotonic()
    assert run().text == "hello"
    assert time.monotonic() - begin >= 1.5


@pytest.mark.parametrize("timeout", [0.4, 10.0])
def test_not_if_there_is_no_time_for_that(scripted_model: ScriptedModel, timeout: float) -> None:
    scripted_model.then(Behaviour(status=503, retry_after=60 if timeout > 1 else None))
    outcome = run(timeout_seconds=timeout)
    assert outcome.error_type == "provider_unavailable"
    assert len(scripted_model.requests) == 1


def test_another_model_is_better_than_waiting_for_long(
    first: ScriptedModel, scripted_model: ScriptedModel
) -> None:
    first.then(Behaviour(status=503, retry_after=5))
    begin = time.monotonic()
    assert run(model=FIRST, fallback_models=["local"], timeout_seconds=60).text == "hello"
    assert time.monotonic() - begin < 5
    assert len(first.requests) == len(scripted_model.requests) == 1
