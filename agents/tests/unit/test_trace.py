"""The recorder of a run: numbers, order, merged texts, limits, no secrets."""

import json
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from agents import trace as module
from agents.redaction import redact
from agents.trace import Event, Trace

SECRET = "planted secret-1"


class Clock:
    """A clock that stands still unless it is told to go on."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def texts(events: list[Event]) -> list[str]:
    return [json.loads(event.data)["text"] for event in events]


def test_events_are_numbered_in_order_and_handed_over_once() -> None:
    clock = Clock()
    trace = Trace(clock=clock)
    trace.note("tool_call", {"tool": "clock"})
    clock.now = 1.5
    trace.note("tool_result", {"result": "noon"})
    assert trace.take() == [
        Event(1, "tool_call", '{"tool": "clock"}', 0.0),
        Event(2, "tool_result", '{"result": "noon"}', 1.5),
    ]
    trace.note("retry", {})
    assert [event.number for event in trace.take()] == [3]
    assert trace.take() == []


def test_pieces_of_a_text_become_four_events_a_second() -> None:
    clock = Clock()
    trace = Trace(clock=clock)
    events = []
    for number in range(1000):
        clock.now = number / 500
        trace.note("text", {"text": f"word{number} "})
        events += trace.take()
    events += trace.take(everything=True)
    assert len(events) == 8
    assert "".join(texts(events)) == "".join(f"word{number} " for number in range(1000))


def test_another_event_ends_a_text() -> None:
    trace = Trace(clock=Clock())
    trace.note("text", {"text": "let me "})
    trace.note("text", {"text": "see"})
    trace.note("tool_call", {"tool": "clock"})
    trace.note("text", {"text": "noon"})
    taken = trace.take(everything=True)
    assert [(e.number, e.kind) for e in taken] == [(1, "text"), (2, "tool_call"), (3, "text")]
    assert json.loads(taken[0].data) == {"text": "let me see"}


def test_texts_of_different_parts_stay_apart() -> None:
    trace = Trace(clock=Clock())
    for part in ("thinking", "thinking", "answer"):
        trace.note("text", {"text": "x", "part": part})
    taken = trace.take(everything=True)
    assert [json.loads(event.data) for event in taken] == [
        {"part": "thinking", "text": "xx"},
        {"part": "answer", "text": "x"},
    ]


@given(
    st.lists(st.sampled_from([SECRET, "sk-planted12345", "Bearer planted", "a ", "b", "\n", "p"])),
    st.lists(st.integers(0, 200)),
    st.sets(st.integers(0, 200)),
)
@example(["Authorization: ", "Bearer planted"], [8, 13, 16, 24], set(range(9)))
@example([SECRET], list(range(16)), set(range(16)))
def test_secrets_that_arrive_in_pieces(words: list[str], cuts: list[int], takes: set[int]) -> None:
    whole = "".join(words)
    ends = sorted({min(cut, len(whole)) for cut in cuts} | {0, len(whole)})
    clock = Clock()
    trace = Trace([SECRET], clock)
    events: list[Event] = []
    for number, (start, end) in enumerate(pairwise(ends)):
        trace.note("text", {"text": whole[start:end]})
        clock.now += 1
        if number in takes:
            events += trace.take()
    shown = "".join(texts(events + trace.take(everything=True)))
    assert SECRET not in shown
    assert shown == redact(whole, [SECRET])


def test_a_text_is_not_held_back_for_long() -> None:
    clock = Clock()
    trace = Trace([SECRET], clock)
    trace.note("text", {"text": "a plain sentence, and then pl"})
    clock.now = 1.0
    assert texts(trace.take()) == ["a plain sentence, and then "]


def test_deployment_and_order_secrets_are_hidden_everywhere(settings: Any) -> None:
    settings.MODEL_API_KEY = "planted-model-key"
    trace = Trace(['planted "agent" key'], Clock())
    trace.note("tool_call", {"arguments": json.dumps({"a": 'planted "agent" key'})})
    trace.note(
        "webhook", {"url": "https://x/?k=planted%20%22agent%22%20key", "x": ["planted-model-key"]}
    )
    trace.note("retry", {"planted-model-key": {"token": "planted"}})
    assert "planted" not in str(trace.take())


def test_a_run_that_says_too_much(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_EVENTS", 10)
    trace = Trace(clock=Clock())
    for number in range(100):
        trace.note("tool_call", {"number": number})
    trace.note("text", {"text": "more"})
    taken = trace.take(everything=True)
    assert [event.number for event in taken] == list(range(1, 11))
    assert json.loads(taken[-1].data)["cut"] is True
    assert "at most 10 events" in taken[-1].data


def test_a_run_that_says_too_long_things() -> None:
    trace = Trace(clock=Clock())
    for _ in range(1000):
        trace.note("tool_result", {"result": "x" * 1_000_000})
    taken = trace.take()
    assert len(taken) < 150
    assert all(len(event.data) < module.MAX_EVENT_BYTES + 200 for event in taken)
    assert "[Cut here: it had 1,000,000 characters.]" in taken[0].data
    assert "[Cut here: a run leaves at most" in taken[-1].data


def test_a_long_text_is_not_held_in_memory() -> None:
    trace = Trace(clock=Clock())
    for _ in range(100):
        trace.note("text", {"text": "word " * 1000})
    assert "".join(texts(trace.take(everything=True))) == "word " * 100_000


@given(st.lists(st.tuples(st.sampled_from(["text", "retry", "webhook"]), st.text()), max_size=30))
def test_numbers_have_no_gaps(notes: list[tuple[str, str]]) -> None:
    trace = Trace(clock=Clock())
    taken = []
    for kind, text in notes:
        trace.note(kind, {"text": text})
        taken += trace.take()
    taken += trace.take(everything=True)
    assert [event.number for event in taken] == list(range(1, len(taken) + 1))


@pytest.mark.parametrize("length", [3_850, 3_990, 4_000, 12_000])
@pytest.mark.parametrize("before", ["", "a few words before ", "x" * 3_890 + " "])
@pytest.mark.parametrize("step", [10, 1_000_000])
def test_a_secret_that_is_longer_than_an_event(length: int, before: str, step: int) -> None:
    secret = "".join(chr(97 + n * 7 % 26 + n // 26 % 3) for n in range(length))
    trace = Trace([secret], Clock())
    whole = f"{before}{secret} behind"
    for place in range(0, len(whole), step):
        trace.note("text", {"text": whole[place : place + step]})
    assert "".join(texts(trace.take(everything=True))) == f"{before}[hidden] behind"


def test_secrets_one_within_the_other_without_end() -> None:
    trace = Trace(["planted-" * 450], Clock())
    for _ in range(300):
        trace.note("text", {"text": "planted-" * 10})
    shown = "".join(texts(trace.take(everything=True)))
    assert "[hidden]" in shown
    assert len(shown) < 4_000
