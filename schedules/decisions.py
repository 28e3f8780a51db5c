"""What becomes of a schedule's due occurrences: pure, facts and `now` in, decision out."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from schedules.policies import IDLE, REPLACED_REASON, STARTS, Activity, Admission, admit
from schedules.recurrence import Recurrence
from schedules.states import State

# Occurrences looked at for one schedule in one pass: a schedule that was away for
# years is accounted for in several short transactions, not in one endless one.
OCCURRENCES_PER_PASS = 1000
NO_TIME = timedelta(0)
LATE_REASON = "missed: nothing dispatched it within its grace period"
TOO_MANY_REASON = "missed: more late runs than one catch-up makes up for"


class Due(NamedTuple):
    """A schedule whose next occurrence has come, and the facts its policies need.

    `remaining_runs` is None where no maximum is set. The missed policy `all` makes up for
    up to `catch_up` late occurrences, whose starts lie `pace` apart. Every start is put off
    by the share `spread`, in [0, 1), of `jitter`.
    """

    recurrence: Recurrence | None
    next_run_at: datetime
    end_at: datetime | None = None
    remaining_runs: int | None = None
    overlap: str = "skip"
    missed: str = "latest"
    grace: timedelta = timedelta(seconds=300)
    catch_up: int = 100
    pace: timedelta = NO_TIME
    jitter: timedelta = NO_TIME
    spread: float = 0.0
    activity: Activity = IDLE


class Record(NamedTuple):
    """One execution to record; `coalesced` earlier occurrences are accounted for on it.

    It may start after `delay`; one that is `held`, when the run before it has ended.
    """

    scheduled_for: datetime
    state: State
    reason: str = ""
    held: bool = False
    coalesced: int = 0
    delay: timedelta = NO_TIME

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

    @property
    def starts(self) -> bool:
        """Whether it waits for nothing but a worker, at once or after its delay."""
        return self.state == State.PENDING and not self.held


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
    if due.missed == "all" and not caught_up:
        occurrences, following = _without_those_to_make_up(due, occurrences, following)
    if due.end_at is not None:
        occurrences = [at for at in occurrences if at <= due.end_at]
    records, cancel_others = _admit_all(due, _make_up(due, occurrences, now, caught_up))
    following = _until_end(due, following, records)
    return Decision(tuple(_spread_out(due, records)), following, cancel_others)


def backfill(due: Due, occurrences: Sequence[datetime]) -> list[Record]:
    """Runs for occurrences that have passed, as somebody wishes it: `due` has the limits.

    Where runs may be beside each other they start a pace apart, else one after the other: to skip
    them, as a policy may say of late ones, would be to do nothing of what was asked for.
    """
    overlap = "allow" if due.overlap == "allow" else "buffer_all"
    records, _ = _admit_all(due._replace(overlap=overlap), [_run(at) for at in occurrences])
    return _spread_out(due, records)


def _occurrences(due: Due, now: datetime) -> tuple[list[datetime], datetime | None]:
    """Those from `due.next_run_at` to `now`, as many as one pass looks at, and the following."""
    occurrences = [due.next_run_at]
    if due.recurrence is None:
        return occurrences, None
    following = due.recurrence.next_after(due.next_run_at)
    most = OCCURRENCES_PER_PASS + due.catch_up * (due.missed == "all")
    while following and following <= now and len(occurrences) <= most:
        occurrences.append(following)
        following = due.recurrence.next_after(following)
    return occurrences, following


def _without_those_to_make_up(
    due: Due, occurrences: list[datetime], following: datetime | None
) -> tuple[list[datetime], datetime | None]:
    """Leave the newest of a pass that was cut short to the next one, which may run them."""
    kept = len(occurrences) - due.catch_up
    return occurrences[:kept], [*occurrences[kept:], following][0]


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


def _spread_out(due: Due, records: list[Record]) -> list[Record]:
    """Put starts off: all of them by the jitter, those made up for together by the pace, too."""
    if len(records) == 1 and not due.jitter:
        return records
    delay, spread = due.jitter * due.spread, []
    for record in records:
        if record.starts:
            record, delay = record._replace(delay=delay), delay + due.pace
        spread.append(record)
    return spread


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
