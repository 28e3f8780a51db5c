"""The checker on made-up facts: each breach is found, and a clean run has none."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.chaos import breaches as broken
from tests.chaos.checker import check
from tests.chaos.ends import unordered
from tests.chaos.evidence import stale_refused
from tests.chaos.facts import Evidence, Facts, Fault
from tests.chaos.ledger import Event, Row, Try
from tests.chaos.members import End
from tests.chaos.record import Moment, Plan

NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
EVERY = 10 * SECOND
FIRST, SECOND_ID = "00000000-0000-0000-0000-000000000001", "00000000-0000-0000-0000-000000000002"
WORKING = Evidence(stale_refused=1, leases_expired=1, published_again=1)


def plan() -> Plan:
    """Due at 12:00:10 and 12:00:20 for certain; at its edges nobody knows."""
    plan = Plan("hourly", 1, NOON + 60 * SECOND, {}, timing=(NOON, EVERY))
    plan.begin(Moment(NOON - SECOND, NOON + SECOND))
    plan.end(Moment(NOON + 29 * SECOND, NOON + 31 * SECOND))
    return plan


def success(id: str, at: int) -> Row:
    """A row that an agent has done at its first attempt."""
    due = NOON + at * SECOND
    return Row(
        *(id, "hourly", "timer", due, 0, "success", "", 1, 0, 1),
        *(due, due + SECOND, f"{id}/1/7.1", ""),
    )


def run_of(row: Row) -> list[Event]:
    """What the agent has noted of it."""
    begun = row.scheduled_for.timestamp()
    return [
        Event("start", row.id, 1, row.result, 7, begun),
        Event("done", row.id, 1, row.result, 7, begun + 1),
    ]


def clean() -> Facts:
    """A run without a breach."""
    rows = [success(FIRST, 10), success(SECOND_ID, 20)]
    return Facts(
        plans=[plan()],
        rows=rows,
        tries=[Try(row.id, 1, "success", row.result, "") for row in rows],
        events=[event for row in rows for event in run_of(row)],
        faults=[Fault("kill", "beat1", "ended", 0, 0)],
        evidence=WORKING,
        clock=0,
        unclear=1,
        expected_kinds=frozenset({"kill"}),
    )


def changed(facts: Facts, **fields: object) -> Facts:
    """The same with the second row changed."""
    first, second = facts.rows
    return replace(facts, rows=[first, replace(second, **fields)])  # type: ignore[arg-type]


def kinds(facts: Facts) -> list[str]:
    """The breaches, by kind."""
    return [breach.kind for breach in check(facts)]


def test_a_clean_run_has_no_breach() -> None:
    assert check(clean()) == []


def test_what_nobody_can_know_may_be_there_or_not() -> None:
    facts = clean()
    at_the_edge = replace(success("3", 30), state="skipped", reason="overlap", result="", attempt=0)
    assert kinds(replace(facts, rows=[*facts.rows, at_the_edge])) == []


def test_an_occurrence_without_a_row_is_lost() -> None:
    facts = clean()
    assert kinds(replace(facts, rows=facts.rows[:1], tries=facts.tries[:1])) == [
        broken.LOST,
        broken.STARTED_TOO_OFTEN,
    ]


def test_a_row_accounts_for_those_before_it() -> None:
    facts = clean()
    both = changed(facts, coalesced=1)
    alone = replace(both, rows=both.rows[1:], tries=facts.tries[1:], events=facts.events[2:])
    assert kinds(alone) == []
    assert kinds(both) == [broken.ACCOUNTED_TWICE]


def test_two_rows_of_one_occurrence() -> None:
    facts = changed(clean(), scheduled_for=NOON + 10 * SECOND)
    found = kinds(facts)
    assert broken.CREATED_TWICE in found
    assert broken.LOST in found


@pytest.mark.parametrize("seconds", [5, 40, -10])
def test_a_row_for_a_time_that_was_never_due(seconds: int) -> None:
    facts = clean()
    row = replace(success("3", seconds), state="skipped", reason="x", result="", attempt=0)
    assert kinds(replace(facts, rows=[*facts.rows, row])) == [broken.NEVER_DUE]


def test_runs_by_hand_are_those_that_were_asked_for() -> None:
    facts = clean()
    facts.plans[0].by_hand.add("lost")
    stranger = replace(facts.rows[0], id="3", trigger="manual", state="skipped", reason="x")
    found = kinds(replace(facts, rows=[*facts.rows, stranger]))
    assert found == [broken.BY_HAND_WRONG, broken.BY_HAND_WRONG]


def test_every_execution_ends_with_a_reason() -> None:
    assert kinds(changed(clean(), state="running", finished_at=None)) == [
        broken.NOT_FINAL,
        broken.STALE_BELIEVED,
    ]
    assert broken.NO_REASON in kinds(changed(clean(), state="skipped"))
    assert broken.NO_REASON in kinds(changed(clean(), state="failed"))


def test_a_success_of_another_attempt_is_a_stale_write() -> None:
    assert kinds(changed(clean(), attempt=2, max_attempts=2)) == [broken.STALE_BELIEVED]
    assert kinds(changed(clean(), result="made up")) == [broken.STALE_BELIEVED]


def test_two_attempts_that_both_succeeded() -> None:
    facts = changed(clean(), attempt=2, max_attempts=2, result=f"{SECOND_ID}/2/8.1")
    again = Event("done", SECOND_ID, 2, f"{SECOND_ID}/2/8.1", 8, 0)
    tries = [*facts.tries, Try(SECOND_ID, 2, "success", again.token, "")]
    assert kinds(replace(facts, events=[*facts.events, again], tries=tries)) == [
        broken.STALE_BELIEVED
    ]


def test_an_attempt_with_the_answer_of_another() -> None:
    facts = clean()
    tries = [facts.tries[0], replace(facts.tries[1], number=2)]
    assert kinds(replace(facts, tries=tries)) == [broken.STALE_BELIEVED]


def test_an_attempt_that_starts_twice() -> None:
    facts = clean()
    again = replace(facts.events[0], token=f"{FIRST}/1/8.1")
    assert kinds(replace(facts, events=[*facts.events, again])) == [
        broken.STARTED_TOO_OFTEN,
        broken.STARTED_TOO_OFTEN,
    ]


def test_more_runs_than_attempts_are_allowed_unless_they_were_given_back() -> None:
    facts = clean()
    again = replace(facts.events[0], attempt=2, token=f"{FIRST}/2/8.1")
    done = replace(again, event="done")
    first = replace(facts.rows[0], attempt=2, result=again.token)
    twice = replace(facts, rows=[first, facts.rows[1]], events=[*facts.events, again, done])
    second_try = Try(FIRST, 2, "success", again.token, "")
    lost = replace(facts.tries[0], state="failed", result="", error_type="worker_lost")
    given_back = replace(lost, state="cancelled", error_type="handed_back")
    assert kinds(replace(twice, tries=[lost, second_try])) == [broken.STARTED_TOO_OFTEN]
    assert kinds(replace(twice, tries=[given_back, second_try])) == []


def test_a_start_after_the_end() -> None:
    facts = clean()
    late = replace(facts.events[2], at=facts.events[2].at + 5)
    events = [*facts.events[:2], late, facts.events[3]]
    assert kinds(replace(facts, events=events)) == [broken.STARTED_LATE]


def test_a_cancelled_run_that_went_on() -> None:
    facts = clean()
    facts.plans[0].cancelled[FIRST] = NOON
    assert kinds(facts) == [broken.NOT_CANCELLED]


def test_a_nemesis_that_did_not_fire_proves_nothing() -> None:
    facts = clean()
    idle = replace(facts, faults=[replace(facts.faults[0], effect="")])
    assert set(kinds(idle)) == {broken.PROVES_NOTHING}
    assert kinds(replace(facts, faults=[])) == [broken.PROVES_NOTHING]


@pytest.mark.parametrize("name", ["stale_refused", "leases_expired", "published_again"])
def test_without_a_trace_of_a_safeguard_a_run_proves_nothing(name: str) -> None:
    facts = replace(clean(), evidence=replace(WORKING, **{name: 0}))
    assert kinds(facts) == [broken.PROVES_NOTHING]


def test_without_an_unclear_answer_a_run_proves_nothing() -> None:
    assert kinds(replace(clean(), unclear=0)) == [broken.PROVES_NOTHING]


def test_a_refused_repetition_of_what_was_believed_is_no_stale_write() -> None:
    line = "Refused, as it is no longer the current attempt: Execution {} attempt {}: {}"
    rows = clean().rows
    assert stale_refused(line.format(FIRST, 1, "success"), rows) == 0
    assert stale_refused(line.format(FIRST, 1, "failed: worker"), rows) == 1
    retried = [replace(rows[0], attempt=2)]
    assert stale_refused(line.format(FIRST, 1, "success"), retried) == 1


def test_a_process_that_ends_by_itself_is_a_breach() -> None:
    end = End("worker1", 7, 1, ordered=False, at=12.0, last_words="TypeError: no message")
    assert unordered([end, replace(end, ordered=True)]) == [
        "worker1 ended with 1:\nTypeError: no message"
    ]
    assert kinds(replace(clean(), unexpected_ends=["beat1"])) == [broken.UNEXPECTED_END]
