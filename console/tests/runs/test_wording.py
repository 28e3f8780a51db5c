"""Runs in words: advice, stories, periods, lines of the trace. No database."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.errors import ErrorType
from agents.models import AgentTask, AgentTaskEvent
from console import advice, story
from console.halts import halts
from console.periods import periods, totals
from console.trace_lines import SAID, lines
from schedules.labels import COLOURS
from schedules.models import Execution
from schedules.states import State

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


@pytest.mark.parametrize("error", ErrorType)
def test_every_known_error_has_its_advice(error: ErrorType) -> None:
    assert advice.advice(error).endswith(".")
    assert advice.advice(error) != advice.UNKNOWN


def test_advice_for_others() -> None:
    assert advice.advice("of_a_later_release") == advice.UNKNOWN
    assert advice.advice("") == advice.advice("handed_back") == advice.advice("cancelled") == ""


def run(state: str, **changes: Any) -> Any:
    values = {"state": state, "reason": "", "attempt": 1, "failures": 0, "max_attempts": 1}
    values |= {"worker": "w", "trigger": "timer", "coalesced_count": 0, "not_before": NOON}
    values |= {"cancel_requested_at": None, "started_at": NOON, "finished_at": at(5)}
    return SimpleNamespace(**(values | changes))


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        (run("pending"), "Waits for a worker, for 1 min so far."),
        (run("pending", not_before=None), "Waits behind another run of its schedule."),
        (run("pending", not_before=at(90)), "Starts in 30 s."),
        (
            run("pending", reason="attempt 1 of 3 failed: timed_out", not_before=at(90)),
            "Attempt 1 of 3 failed: timed_out. Starts in 30 s.",
        ),
        (run("running", finished_at=None), "Running for 1 min, attempt 1, on w."),
        (
            run("running", cancel_requested_at=NOON),
            "Being cancelled: its worker stops it within seconds.",
        ),
        (run("waiting"), "Stands still until somebody decides about the calls below."),
        (run("success"), "Succeeded after 5 s."),
        (run("failed", failures=3), "Failed after 5 s, the last of 3 attempts."),
        (run("skipped", reason="another run is active"), "Skipped: another run is active."),
        (run("missed"), "Missed."),
    ],
)
def test_where_it_stands(told: Any, sentence: str) -> None:
    assert story.outcome(told, at(60)) == sentence


def test_what_waits_for_a_stop_to_be_lifted() -> None:
    stop = SimpleNamespace(owner_id=None, by_staff=True, note="a disk is full", stopped_by="root")
    said = "Everything is stopped by root (a disk is full): it does not start until that is lifted."
    for told in (run("pending"), run("pending", not_before=None)):
        assert story.outcome(told, at(60), halts([stop])) == said
    assert story.outcome(run("success"), at(60), halts([stop])) == "Succeeded after 5 s."


def test_every_state_and_trigger_has_its_words() -> None:
    for state in State:
        assert story.outcome(run(state), NOON).endswith(".")
        assert state in COLOURS
    assert set(AgentTask.State.values) == set(story.TASKS) <= set(COLOURS)
    for trigger in Execution.Trigger.values:
        assert story.plan(run("success", trigger=trigger)).endswith(".")


def test_missed_times_that_a_run_stands_for() -> None:
    assert "3 earlier times" in story.plan(run("success", coalesced_count=3))
    assert "1 earlier time " in story.plan(run("success", coalesced_count=1))


def test_costs() -> None:
    costs = (None, Decimal("0.000000"), Decimal("0.012300"), Decimal("1200.000000"))
    assert [*map(story.dollars, costs)] == ["not known", "$0", "$0.0123", "$1200"]


def shape(*found: Any) -> list[tuple[str, float]]:
    return [(period.kind, period.length.total_seconds()) for period in found]


def test_periods_of_a_run_that_was_tried_twice_and_parked() -> None:
    found = periods(
        at(0), at(100), [(at(10), at(20)), (at(30), at(40)), (at(80), None)], [(at(40), at(70))]
    )
    assert shape(*found) == [
        ("waiting", 10),
        ("running", 10),
        ("waiting", 10),
        ("running", 10),
        ("parked", 30),
        ("waiting", 10),
        ("running", 20),
    ]
    assert shape(*totals(found)) == [("waiting", 30), ("running", 40), ("parked", 30)]


def test_what_is_parked_does_not_run() -> None:
    found = periods(at(0), at(30), [(at(0), at(30))], [(at(10), None)])
    assert shape(*found) == [("running", 10), ("parked", 20)]


SPANS = st.lists(st.tuples(st.integers(-50, 150), st.integers(-50, 150) | st.none()), max_size=4)


@given(SPANS, SPANS, st.integers(0, 100))
def test_periods_fill_the_time(running: Any, parked: Any, end: int) -> None:
    spans = [
        [(at(start), None if stop is None else at(stop)) for start, stop in each]
        for each in (running, parked)
    ]
    found = periods(at(0), at(end), *spans)
    assert sum(length for _, length in shape(*found)) == end
    assert all(length > 0 for _, length in shape(*found))


def event(number: int, kind: str, **data: Any) -> dict[str, Any]:
    return {"number": number, "at": at(number), "kind": kind, "data": data}


def test_what_was_streamed_is_one_line_and_not_said_again() -> None:
    found = lines(
        [
            event(1, "model_request", model="m", content="hello"),
            event(2, "text", text="Good "),
            event(3, "text", text="day"),
            event(4, "model_response", text="Good day", input_tokens=3, output_tokens=2),
            event(5, "model_response", text="Bye", cost="0.01"),
        ]
    )
    assert [(line.title, line.text) for line in found] == [
        ("Asks the model", "hello"),
        ("Writes", "Good day"),
        ("The model has answered", ""),
        ("The model has answered", "Bye"),
    ]
    assert [line.note for line in found[2:]] == ["3 + 2 tokens", "0 + 0 tokens, $0.01"]


def test_json_has_its_lines() -> None:
    (line,) = lines([event(1, "tool_call", name="pay", arguments='{"n": 1}')])
    assert (line.title, line.text) == ("Uses pay", '{\n  "n": 1\n}')


@given(
    st.sampled_from([*AgentTaskEvent.Kind.values, "of a later release"]),
    st.dictionaries(
        st.sampled_from(["text", "asked", "approved", "name", "result", "step", "reason"]),
        st.none() | st.text(max_size=5) | st.lists(st.integers(), max_size=2),
    ),
)
def test_no_event_is_too_odd(kind: str, data: dict[str, Any]) -> None:
    (line,) = lines([event(1, kind, **data)])
    assert line.title


def test_every_kind_of_event_has_its_words() -> None:
    assert set(SAID) == set(AgentTaskEvent.Kind.values)
