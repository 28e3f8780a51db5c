"""The overlap, missed and retry policies, case by case."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from schedules.decisions import LATE_REASON, TOO_MANY_REASON, Decision, Due, Record, decide
from schedules.policies import (
    BUFFER_REASON,
    OVERLAP_REASON,
    REPLACED_REASON,
    Activity,
    Admission,
    admit,
    pause_reason,
    retry_delay,
)
from schedules.recurrence import Interval, Once
from schedules.states import State

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
STARTS = Admission(State.PENDING)
WAITS = Admission(State.PENDING, held=True)
REPLACES = Admission(State.PENDING, held=True, cancel_others=True)
TOO_SOON = Admission(State.SKIPPED, OVERLAP_REASON)
ONE_WAITS = Admission(State.SKIPPED, BUFFER_REASON)
IDLE, BUSY, BUFFERED = Activity(), Activity(1), Activity(2, 1)


@pytest.mark.parametrize(
    ("overlap", "idle", "busy", "buffered"),
    [
        ("skip", STARTS, TOO_SOON, TOO_SOON),
        ("buffer_one", STARTS, WAITS, ONE_WAITS),
        ("buffer_all", STARTS, WAITS, WAITS),
        ("cancel_other", STARTS, REPLACES, REPLACES),
        ("allow", STARTS, STARTS, STARTS),
    ],
)
def test_overlap(overlap: str, idle: Admission, busy: Admission, buffered: Admission) -> None:
    assert admit(overlap, IDLE) == idle
    assert admit(overlap, BUSY) == busy
    assert admit(overlap, BUFFERED) == buffered


def due(late: int = 1, **changes: Any) -> Due:
    """Every minute, of which `late` occurrences up to noon have not been handled."""
    facts: dict[str, Any] = {
        "recurrence": Interval(MINUTE, NOON - timedelta(days=3000)),
        "next_run_at": NOON - (late - 1) * MINUTE,
        "overlap": "allow",
    }
    return Due(**(facts | changes))


def shape(decision: Decision) -> list[tuple[str, int, int]]:
    """Each record as (state, minutes before noon, coalesced)."""
    return [
        (record.state.value, (NOON - record.scheduled_for) // MINUTE, record.coalesced)
        for record in decision.records
    ]


@pytest.mark.parametrize(
    ("missed", "late", "expected"),
    [
        ("latest", 1, [("pending", 0, 0)]),
        ("latest", 4, [("pending", 0, 3)]),
        ("none", 1, [("pending", 0, 0)]),
        ("none", 4, [("missed", 1, 2), ("pending", 0, 0)]),
        ("none", 2, [("missed", 1, 0), ("pending", 0, 0)]),
        ("all", 3, [("pending", 2, 0), ("pending", 1, 0), ("pending", 0, 0)]),
        ("all", 5, [("missed", 3, 1), ("pending", 2, 0), ("pending", 1, 0), ("pending", 0, 0)]),
    ],
)
def test_missed(missed: str, late: int, expected: list[tuple[str, int, int]]) -> None:
    decision = decide(due(late, missed=missed, catch_up=3), NOON)
    assert shape(decision) == expected
    assert decision.next_run_at == NOON + MINUTE


@pytest.mark.parametrize("missed", ["latest", "none"])
@pytest.mark.parametrize(
    ("lateness", "state"),
    [(timedelta(0), "pending"), (30, "pending"), (31, "missed")],
)
def test_a_run_may_start_as_late_as_its_grace_period(
    missed: str, lateness: timedelta | int, state: str
) -> None:
    late = lateness if isinstance(lateness, timedelta) else timedelta(seconds=lateness)
    decision = decide(due(missed=missed, grace=timedelta(seconds=30)), NOON + late)
    (record,) = decision.records
    assert record.state == state
    assert record.reason == (LATE_REASON if state == "missed" else "")


def test_beyond_the_grace_period_one_row_accounts_for_all() -> None:
    once_an_hour = Interval(timedelta(hours=1), NOON - timedelta(days=1))
    facts = due(recurrence=once_an_hour, next_run_at=NOON - timedelta(hours=5))
    decision = decide(facts, NOON + timedelta(minutes=59))
    assert decision.records == (Record(NOON, State.MISSED, LATE_REASON, coalesced=5),)


def test_all_has_no_grace_period() -> None:
    decision = decide(due(2, missed="all", grace=timedelta(0)), NOON + timedelta(seconds=50))
    assert shape(decision) == [("pending", 1, 0), ("pending", 0, 0)]


def test_what_is_too_much_to_catch_up_with_says_so() -> None:
    (late, *_) = decide(due(9, missed="all", catch_up=3), NOON).records
    assert (late.reason, late.coalesced) == (TOO_MANY_REASON, 5)


@pytest.mark.parametrize(
    ("overlap", "states", "held"),
    [
        ("skip", ["pending", "skipped", "skipped"], [False, False, False]),
        ("buffer_one", ["pending", "pending", "skipped"], [False, True, False]),
        ("buffer_all", ["pending", "pending", "pending"], [False, True, True]),
        ("cancel_other", ["skipped", "skipped", "pending"], [False, False, False]),
        ("allow", ["pending", "pending", "pending"], [False, False, False]),
    ],
)
def test_late_runs_that_are_made_up_for_overlap_each_other(
    overlap: str, states: list[str], held: list[bool]
) -> None:
    decision = decide(due(3, missed="all", overlap=overlap), NOON)
    assert [record.state for record in decision.records] == states
    assert [record.held for record in decision.records] == held
    assert not decision.cancel_others


def test_cancel_other_replaces_what_is_going_on_by_the_newest_only() -> None:
    decision = decide(due(3, missed="all", overlap="cancel_other", activity=BUSY), NOON)
    assert [record.reason for record in decision.records] == [REPLACED_REASON, REPLACED_REASON, ""]
    assert decision.cancel_others
    assert decision.records[-1].held


def test_a_missed_occurrence_replaces_nothing() -> None:
    decision = decide(due(overlap="cancel_other", activity=BUSY), NOON + timedelta(hours=1))
    assert decision.cancel_others  # the latest of the hour is due now and replaces
    once = due(recurrence=Once(NOON), overlap="cancel_other", activity=BUSY)
    assert not decide(once, NOON + timedelta(hours=1)).cancel_others


@pytest.mark.parametrize(
    ("remaining", "runs", "goes_on"), [(None, 3, True), (4, 3, True), (3, 3, False), (2, 2, False)]
)
def test_the_last_allowed_run_ends_the_schedule(
    remaining: int | None, runs: int, goes_on: bool
) -> None:
    decision = decide(due(3, missed="all", remaining_runs=remaining), NOON)
    assert decision.runs == runs
    assert (decision.next_run_at is not None) is goes_on


def test_a_skipped_occurrence_uses_up_no_run() -> None:
    decision = decide(due(overlap="skip", activity=BUSY, remaining_runs=1), NOON)
    assert (decision.runs, decision.next_run_at) == (0, NOON + MINUTE)


def test_nothing_is_planned_after_the_end() -> None:
    decision = decide(due(end_at=NOON), NOON)
    assert (decision.runs, decision.next_run_at) == (1, None)
    decision = decide(due(3, missed="all", end_at=NOON - MINUTE), NOON)
    assert shape(decision) == [("pending", 2, 0), ("pending", 1, 0)]


def test_the_end_at_the_next_occurrence_still_lets_it_run() -> None:
    assert decide(due(end_at=NOON + MINUTE), NOON).next_run_at == NOON + MINUTE


def test_a_one_off_has_nothing_after_it() -> None:
    decision = decide(due(recurrence=Once(NOON)), NOON + MINUTE)
    assert (shape(decision), decision.next_run_at) == ([("pending", 0, 0)], None)


def test_the_next_occurrence_is_computed_from_the_last_not_from_the_clock() -> None:
    assert decide(due(), NOON + timedelta(seconds=59)).next_run_at == NOON + MINUTE


def test_a_schedule_that_ended_long_ago_still_makes_up_for_its_last_runs() -> None:
    facts = due(5, missed="all", end_at=NOON)
    decision = decide(facts, NOON + timedelta(days=30))
    assert (decision.runs, decision.next_run_at) == (5, None)


@pytest.mark.parametrize(
    ("failures", "expected"), [(1, 30), (2, 60), (3, 120), (7, 1920), (8, 3600), (999, 3600)]
)
def test_the_wait_before_a_retry_doubles_up_to_an_hour(failures: int, expected: int) -> None:
    delay = retry_delay(
        failures=failures,
        max_attempts=1000,
        backoff=timedelta(seconds=30),
        retryable=True,
        spread=0.0,
    )
    assert delay == timedelta(seconds=expected)


def delays(decision: Decision) -> list[float]:
    """After how many seconds each run may start."""
    return [r.delay.total_seconds() for r in decision.records if r.state == State.PENDING]


@pytest.mark.parametrize(
    ("overlap", "expected"),
    [
        ("allow", [0, 5, 10]),
        # What waits behind another run is paced by that; what is skipped takes no time.
        ("buffer_all", [0, 0, 0]),
        ("cancel_other", [0]),
    ],
)
def test_late_runs_that_are_made_up_for_start_one_after_the_other(
    overlap: str, expected: list[float]
) -> None:
    facts = due(3, missed="all", overlap=overlap, pace=timedelta(seconds=5))
    assert delays(decide(facts, NOON)) == expected


@pytest.mark.parametrize(("spread", "expected"), [(0.0, 0.0), (0.25, 15.0), (0.5, 30.0)])
def test_jitter_puts_a_start_off_by_a_share_of_it(spread: float, expected: float) -> None:
    facts = due(jitter=MINUTE, spread=spread)
    assert delays(decide(facts, NOON)) == [expected]


def test_jitter_and_pace_add_up() -> None:
    facts = due(2, missed="all", jitter=MINUTE, spread=0.5, pace=timedelta(seconds=5))
    assert delays(decide(facts, NOON)) == [30, 35]


@pytest.mark.parametrize("missed", ["latest", "none"])
def test_a_run_on_time_is_not_paced(missed: str) -> None:
    assert delays(decide(due(4, missed=missed, pace=MINUTE), NOON)) == [0]


@pytest.mark.parametrize("late", [1001, 1050, 1101, 1102, 2500])
def test_all_makes_up_for_as_many_as_are_allowed_however_long_it_was_away(late: int) -> None:
    facts, runs, missed = due(late, missed="all", catch_up=100), 0, 0
    while True:
        decision = decide(facts, NOON)
        runs += decision.runs
        missed += sum(r.coalesced + 1 for r in decision.records if r.state == State.MISSED)
        assert decision.next_run_at is not None
        if decision.next_run_at > NOON:
            break
        facts = facts._replace(next_run_at=decision.next_run_at)
    assert (runs, missed) == (100, late - 100)


@pytest.mark.parametrize(
    ("failures", "pause_after", "pauses"),
    [(1, 0, False), (99, 0, False), (1, 2, False), (2, 2, True), (3, 2, True), (1, 1, True)],
)
def test_a_schedule_is_paused_when_it_has_failed_often_enough(
    failures: int, pause_after: int, pauses: bool
) -> None:
    reason = pause_reason(failures=failures, pause_after=pause_after)
    assert bool(reason) is pauses
    assert not reason or (str(failures) in reason or failures == 1)
