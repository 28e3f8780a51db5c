"""The next runs of a schedule in words, and what its clocks do between them (pure)."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from console.durations import spoken
from schedules.words import MONTHS, WEEKDAYS, local


class PlannedRun(NamedTuple):
    """A run at a time of the schedule's zone; `change` says what the clocks do before it."""

    at: datetime
    left: timedelta
    change: str

    @property
    def said(self) -> str:
        """On the wall of its zone, as in "Mon 2 Mar 2026, 09:00"."""
        return _said(self.at)

    @property
    def utc(self) -> str:
        """The same in UTC, for browsers without scripts."""
        return _said(self.at.astimezone(UTC))


def planned_runs(now: datetime, times: Iterable[datetime], timezone: str) -> list[PlannedRun]:
    """Those, in order; the clocks of the first are compared with those of now."""
    runs, before = list[PlannedRun](), local(now, timezone)
    for time in times:
        there = local(time, timezone)
        runs.append(PlannedRun(there, time - now, _change(before, there)))
        before = there
    return runs


def _said(at: datetime) -> str:
    weekday, month = WEEKDAYS[at.isoweekday() % 7][:3], MONTHS[at.month - 1][:3]
    return f"{weekday} {at.day} {month} {at.year}, {at:%H:%M}"


def _change(before: datetime, after: datetime) -> str:
    """As in "The clocks go forward by 1 h before this run", or ""."""
    difference = (after.utcoffset() or timedelta(0)) - (before.utcoffset() or timedelta(0))
    if not difference:
        return ""
    way = "forward" if difference > timedelta(0) else "back"
    return f"The clocks go {way} by {spoken(abs(difference))} before this run"
