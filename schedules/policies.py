"""What happens to an occurrence: pure functions, facts and `now` in, decision out."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from schedules.recurrence import Recurrence
from schedules.states import State

# Occurrences looked at for one schedule in one pass: a schedule that was away for
# years is accounted for in several short transactions, not in one endless one.
OCCURRENCES_PER_PASS = 1000
BACKOFF_CAP = timedelta(hours=1)
OVERLAP_REASON = "overlap: an earlier run of this schedule is still going on"
BUFFER_REASON = "overlap: another run is already waiting behind the current one"

REPLACED_REASON = "overlap: a later run of this schedule replaced it"
LATE_REASON = "missed: nothing dispatched it within its grace period"
TOO_MANY_REASON = "missed: more late runs than one catch-up makes up for"


class Activity(NamedTuple):
    """What is already going on for a schedule: `active` counts every execution that is
    not final, `buffered` those of them that wait behind another run."""

    active: int = 0
    buffered: int = 0

    def joined_by(self, admission: "Admission") -> "Activity":
        """The activity after one more execution was admitted."""
        if admission.state != State.PENDING:
            return self
        return Activity(self.active + 1, self.buffered + admission.held)


IDLE = Activity()


class Admission(NamedTuple):
    """The overlap policy's word on one new execution."""

    state: State
    reason: str = ""
    held: bool = False
    cancel_others: bool = False


STARTS = Admission(State.PENDING)


def admit(overlap: str, activity: Activity) -> Admission:
    """Decide whether a new execution starts, waits or is skipped beside those active."""
    if overlap == "allow" or not activity.active:
        return STARTS
    if overlap == "skip":
        return Admission(State.SKIPPED, OVERLAP_REASON)
    if overlap == "buffer_one" and activity.buffered:
        return Admission(State.SKIPPED, BUFFER_REASON)
    return Admission(State.PENDING, held=True, cancel_others=overlap == "cancel_other")


class Due(NamedTuple):
    """A schedule whose next occurrence has come, and the facts its policies need.

    `remaining_runs` is None where no maximum is set; `catch_up` bounds how many late
    occurrences the missed policy `all` still runs in one pass.
    """

    recurrence: Recurrence | None
    next_run_at: datetime
    end_at: datetime | None = None
    remaining_runs: int | None = None
    overlap: str = "skip"
    missed: str = "latest"
    grace: timedelta = timedelta(seconds=300)
    catch_up: int = 100
    activity: Activity = IDLE


class Record(NamedTuple):
    """One execution to record; `coalesced` earlier occurrences are accounted for on it."""

    scheduled_for: datetime
    state: State
    reason: str = ""
    held: bool = False
    coalesced: int = 0

    @property
    def runs(self) -> int:
        """1 for an execution that will run, 0 for one that is only accounted for."""
        return int(self.state == State.PENDING)

    def admitted(self, admission: Admission) -> "Record":
        """The same occurrence as the overlap policy lets it in."""
        if admission is STARTS:
            return self
        state, reason, held, _ = admission
        return Record(self.scheduled_for, state, reason, held, self.coalesced)


class Decision(NamedTuple):
    """What one pass does for one schedule; `next_run_at` None means that it has ended."""

    records: tuple[Record, ...]
    next_run_at: datetime | None
    cancel_others: bool = False

    @property
    def runs(self) -> int:
        """How many of the recorded executions will run."""
        return sum(record.runs for record in self.records)


def decide(due: Due, now: datetime) -> Decision:
    """Account for every occurrence from `due.next_run_at` to `now` and find the next one."""
    occurrences, following = _occurrences(due, now)
    # A pass that was cut short leaves the newest for the next pass to judge.
    caught_up = following is None or following > now or not _within(following, due.end_at)
    if due.end_at is not None:
        occurrences = [at for at in occurrences if at <= due.end_at]
    records, cancel_others = _admit_all(due, _make_up(due, occurrences, now, caught_up))
    return Decision(tuple(records), _until_end(due, following, records), cancel_others)


def _occurrences(due: Due, now: datetime) -> tuple[list[datetime], datetime | None]:
    """Those from `due.next_run_at` to `now`, as many as one pass looks at, and the following."""
    occurrences = [due.next_run_at]
    if due.recurrence is None:
        return occurrences, None
    following = due.recurrence.next_after(due.next_run_at)
    while following and following <= now and len(occurrences) <= OCCURRENCES_PER_PASS:
        occurrences.append(following)
        following = due.recurrence.next_after(following)
    return occurrences, following


def _within(at: datetime, end_at: datetime | None) -> bool:
    return end_at is None or at <= end_at


def _until_end(due: Due, following: datetime | None, records: Sequence[Record]) -> datetime | None:
    """The following occurrence, unless the end or the last allowed run comes before it."""
    if following is None or not _within(following, due.end_at):
        return None
    if due.remaining_runs is None:
        return following
    runs = sum(record.runs for record in records)
    return following if runs < due.remaining_runs else None


def _make_up(
    due: Due, occurrences: Sequence[datetime], now: datetime, caught_up: bool
) -> list[Record]:
    """Apply the missed policy: one record for each occurrence or group of them."""
    if not occurrences:
        return []
    *earlier, latest = occurrences
    if due.missed == "all":
        split = max(0, len(occurrences) - due.catch_up) if caught_up else len(occurrences)
        late = _missed(occurrences[:split], TOO_MANY_REASON)
        return [*late, *map(_run, occurrences[split:])]
    if not caught_up or now - latest > due.grace:
        return _missed(occurrences)
    if due.missed == "none":
        return [*_missed(earlier), _run(latest)]
    return [_run(latest, coalesced=len(earlier))]


def _run(at: datetime, coalesced: int = 0) -> Record:
    return Record(at, State.PENDING, coalesced=coalesced)


def _missed(occurrences: Sequence[datetime], reason: str = LATE_REASON) -> list[Record]:
    """One row for all of them: the latest, carrying the count of the others."""
    if not occurrences:
        return []
    return [Record(occurrences[-1], State.MISSED, reason, coalesced=len(occurrences) - 1)]


def _admit_all(due: Due, plan: Sequence[Record]) -> tuple[list[Record], bool]:
    """Apply the run limit and the overlap policy to each planned run in turn."""
    records: list[Record] = []
    activity, remaining, cancel_others = due.activity, due.remaining_runs, False
    for record in _replaced(plan) if due.overlap == "cancel_other" else plan:
        if record.state == State.PENDING:
            if remaining == 0:
                break
            admission = admit(due.overlap, activity)
            activity = activity.joined_by(admission)
            remaining = _less_one(remaining, admission)
            cancel_others |= admission.cancel_others
            record = record.admitted(admission)
        records.append(record)
    return records, cancel_others


def _replaced(plan: Sequence[Record]) -> list[Record]:
    """Where each run cancels the others, only the newest of several late ones is started."""
    newest = max((r.scheduled_for for r in plan if r.state == State.PENDING), default=None)
    return [
        record._replace(state=State.SKIPPED, reason=REPLACED_REASON)
        if record.state == State.PENDING and record.scheduled_for != newest
        else record
        for record in plan
    ]


def _less_one(remaining: int | None, admission: Admission) -> int | None:
    if remaining is None or admission.state != State.PENDING:
        return remaining
    return remaining - 1


def retry_delay(
    *, failures: int, max_attempts: int, backoff: timedelta, retryable: bool, spread: float
) -> timedelta | None:
    """How long to wait before the next attempt, or None when there shall be none.

    `failures` counts the one just seen. The wait doubles with each failure up to an
    hour; `spread` in [0, 1) takes up to half of it away at random, so that what failed
    together is not repeated together ("equal jitter", AWS Architecture Blog, 2015).
    """
    if not retryable or failures >= max_attempts:
        return None
    doubled = backoff * 2 ** min(failures - 1, 30) if backoff < BACKOFF_CAP else BACKOFF_CAP
    return min(doubled, BACKOFF_CAP) * (1 - spread / 2)
