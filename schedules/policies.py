"""Overlap, retry and failure: pure functions, facts in, decision out.

The missed policy and a schedule's limits are applied in decisions.py.
"""

from datetime import timedelta
from typing import NamedTuple

from schedules.states import State

BACKOFF_CAP = timedelta(hours=1)
OVERLAP_REASON = "overlap: an earlier run of this schedule is still going on"
BUFFER_REASON = "overlap: another run is already waiting behind the current one"
REPLACED_REASON = "overlap: a later run of this schedule replaced it"


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


def pause_reason(*, failures: int, pause_after: int) -> str | None:
    """Why a schedule is switched off after so many failed runs in a row; None: it goes on.

    A schedule whose `pause_after` is 0 is never switched off for that.
    """
    if not pause_after or failures < pause_after:
        return None
    runs = "its last run" if failures == 1 else f"its last {failures} runs"
    return f"Paused: {runs} failed. Find out why, then switch it on again."


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
