"""What is noted at the desk of a run, and answers that are streamed."""

import asyncio
import json
import threading
from typing import Any

import pytest
from pydantic_ai import FunctionToolset, ModelRetry

from agents import runners, runtime, tools
from agents.orders import Outcome, Usage
from agents.runners import llm_events
from agents.tests.conftest import Notes, order
from agents.trace import Trace
from tests.scripted_behaviour import Behaviour
from tests.scripted_model import ScriptedModel

STREAM = {"stream": True}


def run(notes: Notes, usage: Usage | None = None, **changes: Any) -> Outcome:
    return asyncio.run(runtime.run(order(**changes), usage or Usage(), notes))


def test_a_plain_run(scripted_model: ScriptedModel) -> None:
    notes = Notes()
    scripted_model.then(Behaviour(text="Hi.", input_tokens=4, output_tokens=1))
    run(notes, command="Greet me")
    assert notes.notes == [
        (
            "model_request",
            {"model": "local:scripted", "number": 1, "messages": 1, "content": "Greet me"},
        ),
        (
            "model_response",
            {
                "model": "local:scripted",
                "text": "Hi.",
                "tool_calls": [],
                "finish_reason": "stop",
                "input_tokens": 4,
                "output_tokens": 1,
                "cached_tokens": 0,
                "reasoning_tokens": 0,
                "cost": "0",
            },
        ),
    ]


@pytest.mark.parametrize("options", [{}, STREAM])
@pytest.mark.parametrize(
    ("answers", "noted"),
    [
        ("scripted-2026-11-01", "scripted-2026-11-01"),
        ("scripted", None),
        ("", None),
        ("a\x00" + "m" * 300, "a\\x00" + "m" * 194 + "…"),
    ],
)
def test_the_version_that_answered(
    scripted_model: ScriptedModel, answers: str, noted: str | None, options: dict[str, Any]
) -> None:
    notes, usage = Notes(), Usage()
    scripted_model.then(Behaviour(model=answers))
    assert run(notes, usage, options=options).state == "success"
    (note,) = notes.of("model_response")
    assert (note["model"], note.get("provider_model")) == ("local:scripted", noted)
    assert usage.model == "local:scripted", "what was asked, and is paid for"


def test_secrets_are_in_no_version(scripted_model: ScriptedModel) -> None:
    trace = Trace(["planted-value"])
    desk = Notes()
    desk.note = trace.note  # type: ignore[method-assign]
    scripted_model.then(Behaviour(model="scripted of planted-value"))
    run(desk)
    *_, event = trace.take(everything=True)
    assert json.loads(event.data)["provider_model"] == "scripted of [hidden]"


def test_an_empty_answer(scripted_model: ScriptedModel) -> None:
    notes = Notes()
    scripted_model.then(Behaviour(text=""))
    scripted_model.then(Behaviour(text="now"))
    assert run(notes).text == "now"
    assert notes.kinds == [
        *("model_request", "model_response", "retry"),
        *("model_request", "model_response"),
    ]
    assert [note["number"] for note in notes.of("model_request")] == [1, 2]


def test_tools(scripted_model: ScriptedModel, monkeypatch: pytest.MonkeyPatch) -> None:
    async def double(number: int) -> int:
        """Double a number."""
        if number < 0:
            raise ModelRetry("Give a positive number.")
        return 2 * number

    monkeypatch.setattr(tools, "toolsets", lambda order, desk: [FunctionToolset([double])])
    scripted_model.then(Behaviour(tool_calls=[("double", {"number": -1})]))
    scripted_model.then(Behaviour(tool_calls=[("double", {"number": 21})]))
    scripted_model.then(Behaviour(text="It is 42."))
    notes = Notes()
    assert run(notes).text == "It is 42."
    call, result = "tool_call", "tool_result"
    step = ["model_request", "model_response", call, result]
    assert notes.kinds == [*step, *step, "model_request", "model_response"]
    assert notes.of(call)[1] == {"id": "call-0", "name": "double", "arguments": '{"number":21}'}
    refused, given = notes.of(result)
    assert "Give a positive number." in refused["result"]
    assert refused["outcome"] == "retried"
    assert given == {"id": "call-0", "name": "double", "result": "42", "outcome": "success"}
    assert notes.of("model_response")[1]["tool_calls"] == [notes.of(call)[1]]


def test_long_texts_are_cut(scripted_model: ScriptedModel) -> None:
    notes = Notes()
    run(notes, command="repeat 50000 " + "y" * 50_000)
    (asked,), (answered,) = notes.of("model_request"), notes.of("model_response")
    for text in (asked["content"], answered["text"]):
        assert len(text) < llm_events.LONGEST + 100
        assert text.endswith("characters.]")


def test_a_streamed_answer_grows(scripted_model: ScriptedModel) -> None:
    rest = threading.Event()
    scripted_model.then(
        Behaviour(text="The quick brown fox", until_rest=rest, input_tokens=9, output_tokens=4)
    )
    notes, usage = Notes(), Usage()

    async def watched() -> str:
        task = asyncio.create_task(runtime.run(order(options=STREAM), usage, notes))
        while not notes.of("text"):
            await asyncio.sleep(0.01)
        assert notes.of("text") == [{"text": "The quic"}]
        rest.set()
        return (await task).text

    assert asyncio.run(watched()) == "The quick brown fox"
    assert "".join(note["text"] for note in notes.of("text")) == "The quick brown fox"
    assert notes.kinds[0] == "model_request"
    assert notes.kinds[-1] == "model_response"
    assert (usage.input_tokens, usage.output_tokens, usage.llm_calls) == (9, 4, 1)


def test_nobody_watches_a_novel(scripted_model: ScriptedModel) -> None:
    notes = Notes()
    outcome = run(notes, command="repeat 24000", options=STREAM, timeout_seconds=60)
    assert len(outcome.text) == 24_000
    noted = sum(len(note["text"]) for note in notes.of("text"))
    assert llm_events.LONGEST <= noted <= llm_events.LONGEST + 100


def test_tools_and_schemas_can_be_streamed(
    scripted_model: ScriptedModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    scripted_model.then(Behaviour(text='{"a": 1}'))
    notes = Notes()
    schema = {"type": "object", "required": ["a"]}
    assert run(notes, options=STREAM, output_schema=schema).text == '{"a": 1}'
    assert "".join(note["text"] for note in notes.of("text")) == '{"a": 1}'


@pytest.mark.parametrize(
    ("command", "error_type"),
    [
        ("malformed", "invalid_output"),
        ("drop", "provider_unavailable"),
        ("fail 401", "bad_credentials"),
        ("empty", "invalid_output"),
    ],
)
def test_a_stream_that_breaks(scripted_model: ScriptedModel, command: str, error_type: str) -> None:
    outcome = run(Notes(), command=command, options=STREAM)
    assert (outcome.state, outcome.error_type) == ("failed", error_type)


def test_cancellation_breaks_off_a_stream(scripted_model: ScriptedModel) -> None:
    scripted_model.then(Behaviour(text="The quick brown fox", until_rest=threading.Event()))
    notes = Notes()

    async def cancelled() -> None:
        task = asyncio.create_task(runtime.run(order(options=STREAM), Usage(), notes))
        while not notes.of("text"):
            await asyncio.sleep(0.01)
        task.cancel()
        async with asyncio.timeout(1):
            with pytest.raises(asyncio.CancelledError):
                await task

    asyncio.run(cancelled())


@pytest.mark.parametrize("options", [{"stream": 1}, {"stream": None}, {"streams": True}, {"a": 1}])
def test_no_other_options(options: dict[str, Any]) -> None:
    runner = runners.get("llm")
    runner.check_options({})
    runner.check_options({"stream": False})
    with pytest.raises(ValueError, match=r'has no options but \{"stream": true\}'):
        runner.check_options(options)
