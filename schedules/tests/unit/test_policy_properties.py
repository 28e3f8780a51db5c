"""Whatever the facts: every occurrence is accounted for once, and limits hold."""

from datetime import UTC, datetime, timedelta
from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schedules import decisions
from schedules.decisions import Decision, Due, decide
from schedules.policies import BACKOFF_CAP, Activity, retry_delay
from schedules.recurrence import Cron, Interval, Once, Recurrence, occurrences_between
from schedules.states import State

BASE = datetime(2026, 3, 27, tzinfo=UTC)  # two days before the clocks change in Berlin
OVERLAPS = ("skip", "buffer_one", "buffer_all", "cancel_other", "allow")
seconds = st.integers(0, 4 * 86_400).map(lambda count: timedelta(seconds=count))
recurrences: st.SearchStrategy[Recurrence] = st.one_of(
    st.integers(300, 90_000).map(lambda s: Interval(timedelta(seconds=s), BASE)),
    st.sampled_from(["*/20 * * * *", "30 2 * * *", "0 0 * * *", "7 */3 * * *"]).map(
        lambda expression: Cron(expression, "Europe/Berlin")
    ),
    seconds.map(lambda after: Once(BASE + after)),
)
activities = st.builds(
    lambda buffered, others: Activity(buffered + others, buffered),
    st.integers(0, 3),
    st.integers(0, 3),
)


@st.composite
def situations(draw: st.DrawFn) -> tuple[Due, datetime]:
    """A due schedule in any state of neglect, and the time it is."""
    recurrence = draw(recurrences)
    first = recurrence.next_after(BASE - timedelta(seconds=1) + draw(seconds))
    next_run_at = first or BASE
    now = next_run_at + draw(seconds)
    due = Due(
        recurrence=recurrence,
        next_run_at=next_run_at,
        end_at=draw(st.none() | seconds.map(lambda after: BASE + after)),
        remaining_runs=draw(st.none() | st.integers(1, 9)),
        overlap=draw(st.sampled_from(OVERLAPS)),
        missed=draw(st.sampled_from(["latest", "all", "none"])),
        grace=draw(seconds),
        catch_up=draw(st.integers(0, 12)),
        pace=draw(st.sampled_from([timedelta(0), timedelta(seconds=5)])),
        jitter=draw(st.sampled_from([timedelta(0), timedelta(minutes=1)])),
        spread=draw(st.floats(0, 1, exclude_max=True)),
        activity=draw(activities),
    )
    return due, now


@pytest.fixture(params=[3, 7, 1000], ids="pass of {}".format)
def pass_size(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr(decisions, "OCCURRENCES_PER_PASS", request.param)
    return int(request.param)


def passes(due: Due, now: datetime) -> list[Decision]:
    """Every pass until nothing is due, each seeing what the one before has left behind."""
    found = []
    while True:
        decision = decide(due, now)
        found.append(decision)
        if decision.next_run_at is None or decision.next_run_at > now:
            return found
        assert decision.next_run_at > due.next_run_at, "a pass must make progress"
        due = _after(due, decision)


def _after(due: Due, decision: Decision) -> Due:
    assert decision.next_run_at is not None
    held = sum(record.held for record in decision.records)
    before = Activity() if decision.cancel_others else due.activity
    left = due.remaining_runs
    return due._replace(
        next_run_at=decision.next_run_at,
        activity=Activity(before.active + decision.runs, before.buffered + held),
        remaining_runs=None if left is None else left - decision.runs,
    )


def expected_occurrences(due: Due, now: datetime) -> list[datetime]:
    """What was planned up to now: the oracle, straight from the recurrence."""
    assert due.recurrence is not None
    later = occurrences_between(due.recurrence, due.next_run_at, now, 10_000)
    return [at for at in [due.next_run_at, *later] if due.end_at is None or at <= due.end_at]


@settings(max_examples=200)
@given(situations())
def check_accounts(situation: tuple[Due, datetime]) -> None:
    due, now = situation
    planned = expected_occurrences(due, now)
    decisions = passes(due, now)
    records = [record for decision in decisions for record in decision.records]
    left = iter(planned)
    for record in records:
        counted = list(islice(left, record.coalesced + 1))
        assert counted, "an occurrence that was never planned, or counted twice"
        assert counted[-1] == record.scheduled_for, "an occurrence was lost or invented"
    used_up = due.remaining_runs is not None and due.remaining_runs == sum(
        decision.runs for decision in decisions
    )
    assert used_up or list(left) == []


@settings(max_examples=200)
@given(situations())
def check_limits(situation: tuple[Due, datetime]) -> None:
    due, now = situation
    decisions = passes(due, now)
    runs = sum(decision.runs for decision in decisions)
    records = [record for decision in decisions for record in decision.records]
    if due.remaining_runs is not None:
        assert runs <= due.remaining_runs
        assert runs < due.remaining_runs or decisions[-1].next_run_at is None
    if due.missed == "all":
        assert runs <= due.catch_up
    else:
        assert runs <= 1
    following = decisions[-1].next_run_at
    if following is not None:
        assert following > now
        assert all(following > record.scheduled_for for record in records)
        assert due.end_at is None or following <= due.end_at
    for record in records:
        assert record.reason or record.state == State.PENDING, "what does not run says why"
        assert not record.held or record.state == State.PENDING
        assert record.starts or not record.delay, "only what starts is put off"
    for decision in decisions:
        check_delays(due, [record.delay for record in decision.records if record.starts])


def check_delays(due: Due, delays: list[timedelta]) -> None:
    """The first within the jitter, each further one the pace after the one before."""
    for number, delay in enumerate(delays):
        assert number * due.pace <= delay <= due.jitter + number * due.pace
        assert delay - delays[0] == number * due.pace


@pytest.mark.usefixtures("pass_size")
def test_every_occurrence_is_accounted_for_on_exactly_one_record() -> None:
    check_accounts()


@pytest.mark.usefixtures("pass_size")
def test_limits_hold_and_what_follows_is_later_than_all_that_was_handled() -> None:
    check_limits()


@given(
    failures=st.integers(1, 40),
    max_attempts=st.integers(1, 40),
    backoff=st.integers(0, 2**31 - 1),
    retryable=st.booleans(),
    spread=st.floats(0, 1, exclude_max=True),
)
def test_a_retry_waits_within_its_bounds_and_never_less_than_the_one_before(
    failures: int, max_attempts: int, backoff: int, retryable: bool, spread: float
) -> None:
    def delay(failures: int) -> timedelta | None:
        return retry_delay(
            failures=failures,
            max_attempts=max_attempts,
            backoff=timedelta(seconds=backoff),
            retryable=retryable,
            spread=spread,
        )

    found = delay(failures)
    if not retryable or failures >= max_attempts:
        assert found is None
        return
    assert found is not None
    full = min(BACKOFF_CAP, timedelta(seconds=backoff) * 2 ** min(failures - 1, 12))
    microsecond = timedelta(microseconds=1)
    assert full / 2 - microsecond <= found <= full
    if failures > 1:
        assert found >= (delay(failures - 1) or timedelta(0))
