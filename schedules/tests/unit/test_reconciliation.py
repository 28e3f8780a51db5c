"""An audit finds what dispatch did in order, and notices every single thing that is wrong."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schedules.decisions import Due, decide
from schedules.reconciliation import Account, Defined, Row, Window, reconcile
from schedules.recurrence import Interval

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)
ALWAYS = Window(datetime(1970, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))


class Past(NamedTuple):
    """A schedule's history and its ledger, as services and dispatch would have written them."""

    definitions: list[Defined]
    rows: list[Row]
    due_at: datetime | None
    now: datetime

    def account(self, **changes: object) -> Account:
        """The audit of it, with something changed behind its back."""
        past = self._replace(**changes)  # type: ignore[arg-type]
        return reconcile(past.definitions, past.rows, ALWAYS, past.due_at)


@st.composite
def pasts(draw: st.DrawFn) -> Past:
    """Some definitions, on and off; under each the passes of beats that came early and late."""
    now, following = NOON, None
    definitions: list[Defined] = []
    rows: list[Row] = []
    for _ in range(draw(st.integers(1, 4))):
        every = draw(st.integers(60, 600)) * SECOND
        recurrence = Interval(every, now)
        seconds = draw(st.none() | st.integers(0, 3000))
        end_at = None if seconds is None else now + seconds * SECOND
        on = draw(st.booleans())
        first = recurrence.next_after(now) if on else None
        first = first if first and (end_at is None or first <= end_at) else None
        definitions.append(Defined(now, first, recurrence, end_at))
        following = first
        for _ in range(draw(st.integers(0, 4))):
            now += draw(st.integers(1, 4000)) * SECOND
            following = _dispatched(following, definitions[-1], now, rows, draw)
        now += SECOND
        following = _dispatched(following, definitions[-1], now, rows, draw)
    return Past(definitions, rows, following, now)


def _dispatched(
    following: datetime | None, defined: Defined, now: datetime, rows: list[Row], draw: st.DrawFn
) -> datetime | None:
    missed = draw(st.sampled_from(["latest", "all", "none"]))
    while following is not None and following <= now:
        due = Due(defined.recurrence, following, end_at=defined.end_at, missed=missed, catch_up=3)
        decision = decide(due, now)
        rows.extend(Row(r.scheduled_for, r.state.value, r.coalesced) for r in decision.records)
        following = decision.next_run_at
    return following


def occurrences(past: Past) -> int:
    return sum(row.coalesced + 1 for row in past.rows)


@settings(max_examples=50)
@given(pasts())
def test_what_dispatch_did_is_found_in_order(past: Past) -> None:
    account = past.account()
    assert account.problems == []
    assert account.occurrences == occurrences(past)
    for state in {row.state for row in past.rows}:
        assert account.dispositions[state] == sum(row.state == state for row in past.rows)


@settings(max_examples=50)
@given(pasts(), st.data())
def test_a_row_that_is_missing_is_noticed_with_all_it_accounted_for(
    past: Past, data: st.DataObject
) -> None:
    if past.rows:
        gone = data.draw(st.sampled_from(past.rows))
        account = past.account(rows=[row for row in past.rows if row != gone])
        assert len(account.problems) == gone.coalesced + 1
        assert account.problems[-1].endswith(str(gone.scheduled_for))


@settings(max_examples=50)
@given(pasts(), st.data())
def test_a_row_that_is_there_twice_is_noticed(past: Past, data: st.DataObject) -> None:
    if past.rows:
        twin = data.draw(st.sampled_from(past.rows))
        rows = sorted([*past.rows, twin._replace(coalesced=0)], key=lambda row: row.scheduled_for)
        (problem,) = past.account(rows=rows).problems
        assert "accounts for what another one does" in problem


@settings(max_examples=50)
@given(pasts(), st.data())
def test_a_row_at_no_occurrence_is_noticed(past: Past, data: st.DataObject) -> None:
    if past.rows:
        moved = data.draw(st.sampled_from(past.rows))
        stray = moved._replace(scheduled_for=moved.scheduled_for + timedelta(milliseconds=1))
        rows = sorted([*past.rows, stray], key=lambda row: row.scheduled_for)
        assert any("is of no occurrence" in problem for problem in past.account(rows=rows).problems)


@settings(max_examples=50)
@given(pasts(), st.data(), st.integers(1, 3))
def test_a_row_that_claims_too_much_or_too_little_is_noticed(
    past: Past, data: st.DataObject, error: int
) -> None:
    if len(past.rows) > 1:
        place = data.draw(st.integers(1, len(past.rows) - 1))
        rows = list(past.rows)
        rows[place] = rows[place]._replace(coalesced=rows[place].coalesced + error)
        assert "accounted for already" in past.account(rows=rows).problems[0]
        if past.rows[place].coalesced:
            rows[place] = rows[place]._replace(coalesced=past.rows[place].coalesced - 1)
            assert "nothing accounts for" in past.account(rows=rows).problems[0]


@settings(max_examples=50)
@given(pasts())
def test_what_was_passed_over_by_the_next_time_is_lost(past: Past) -> None:
    """As if something had moved the schedule on without a word."""
    if past.due_at is not None:
        recurrence = past.definitions[-1].recurrence
        assert recurrence is not None
        later = recurrence.next_after(past.due_at)
        assert past.account(due_at=later).problems == [
            f"nothing accounts for the occurrence at {past.due_at}"
        ]


def every_minute(count: int, coalesced: int = 0) -> Iterator[Row]:
    step = coalesced + 1
    for number in range(step, step * count + 1, step):
        yield Row(NOON + number * MINUTE, "success", coalesced)


EVERY_MINUTE = [Defined(NOON, NOON + MINUTE, Interval(MINUTE, NOON), None)]


@pytest.mark.parametrize(
    ("since", "until", "coalesced", "expected"),
    [
        (0, 60, 0, 60),
        (11, 20, 0, 10),
        # Rows reach back before the window, and from behind it into it.
        (12, 59, 4, 48),
        (60, 60, 4, 1),
        (58, 58, 4, 1),
    ],
)
def test_a_window_counts_what_lies_in_it(
    since: int, until: int, coalesced: int, expected: int
) -> None:
    window = Window(NOON + since * MINUTE, NOON + until * MINUTE)
    rows = [row for row in every_minute(60, coalesced) if row.scheduled_for >= window.since]
    account = reconcile(EVERY_MINUTE, rows, window, NOON + 601 * MINUTE)
    assert account.problems == []
    assert account.occurrences == expected


def test_a_loss_at_the_edge_of_a_window_is_found() -> None:
    rows = [row for row in every_minute(20) if row.scheduled_for != NOON + 10 * MINUTE]
    inside = Window(NOON + 10 * MINUTE, NOON + 20 * MINUTE)
    due_at = NOON + 21 * MINUTE
    assert len(reconcile(EVERY_MINUTE, rows[9:], inside, due_at).problems) == 1
    outside = Window(NOON + 11 * MINUTE, NOON + 20 * MINUTE)
    assert reconcile(EVERY_MINUTE, rows[9:], outside, due_at).problems == []


def test_rows_from_before_the_history_are_counted_apart() -> None:
    old = [Row(NOON - number * MINUTE, "success", 0) for number in (3, 2)]
    account = reconcile(EVERY_MINUTE, [*old, *every_minute(2)], ALWAYS, NOON + 3 * MINUTE)
    assert account.problems == []
    assert account.dispositions == Counter({"before the history": 2, "success": 2})
