"""When a schedule is due: cron in a time zone, a fixed interval, or once. Pure: no clock, no I/O.

Every recurrence takes and gives UTC instants (aware datetimes) and never looks at the wall clock.

How cron meets a change of the zone's offset (Debian's cron(8), for a change of any size):

- A *fixed* expression runs once per wall-clock minute it names, at the first instant at which the
  wall clock has reached that minute. Those that a spring gap swallows run together right after
  the gap, those that an autumn overlap shows twice run on the first pass.
- An expression whose minute or hour field starts with `*` follows *real* minutes: every minute
  that the wall clock really shows counts, both passes of an overlap, and nothing stands in for a
  gap. So `0 * * * *` stays hourly in real time.

Every occurrence is a whole minute on the wall; where an offset has seconds, its UTC instant has
seconds too. Offsets come from `zoneinfo`: the tz database that is installed.
"""

from calendar import isleap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Protocol

from schedules.cron_calendar import Calendar
from schedules.cron_grammar import parse
from schedules.zone_offsets import (
    Stretch,
    check_zone,
    stretch_at,
    stretch_reaching,
    stretches_between,
)

# The smallest difference of two times.
INSTANT = timedelta(microseconds=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_SECOND = timedelta(seconds=1)
_DAY = 24 * 60 * 60
_YEAR = timedelta(days=366)
_HORIZON = 130 * _YEAR // _SECOND


class Recurrence(Protocol):
    def next_after(self, instant: datetime) -> datetime | None:
        """The first occurrence strictly later than `instant`, in UTC; None when none is left."""

    def smallest_gap(self) -> timedelta:
        """No two occurrences are closer than this."""


@dataclass(frozen=True, slots=True)
class Cron:
    """A five-field cron expression on the wall clock of a time zone.

    ValueError, with a sentence for the person who typed it: the expression is not understood or
    never fires, or the zone is not in the tz database.
    """

    expression: str
    timezone: str
    _calendar: Calendar = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        check_zone(self.timezone)
        object.__setattr__(self, "_calendar", parse(self.expression))

    def next_after(self, instant: datetime) -> datetime | None:
        """The first occurrence strictly later than `instant`; None after year 9999.

        Remembered: of a herd that shares expression, zone and instant, one is computed.
        TypeError: `instant` is naive.
        """
        return _next_after(self, instant)

    def compute_next_after(self, instant: datetime) -> datetime | None:
        """The same, not remembered."""
        after = (instant - EPOCH) // _SECOND
        follows_real_minutes = self._calendar.follows_real_minutes
        found = self._next_real(after) if follows_real_minutes else self._next_fixed(after)
        try:
            return None if found is None else EPOCH + timedelta(seconds=found)
        except OverflowError:
            return None

    def smallest_gap(self, since: datetime = EPOCH, enough: timedelta = timedelta.max) -> timedelta:
        """No two occurrences from that day on are closer; exact unless over a year apart.

        Or unless it is clear without looking closer that it is `enough`.

        Two occurrences with one offset are as far apart as on the wall: the calendar's smallest
        gap over all years. The others lie around one of the zone's changes and are looked at one
        by one for 130 years: by then the tz database has only yearly rules left, and those have
        met every kind of year. What a later release of the database changes is not foreseen.
        """
        gap = timedelta(minutes=self._calendar.smallest_gap())
        changes, spread = _changes_since(self.timezone, (since - EPOCH).days)
        whatever_the_offsets = gap - timedelta(seconds=spread)
        # 130 years do not hold every pair of years.
        if gap > _YEAR or whatever_the_offsets >= enough:
            return whatever_the_offsets
        for change in changes:
            gap = self._smallest_gap_around(EPOCH + timedelta(seconds=change), gap)
        return gap

    def _smallest_gap_around(self, change: datetime, gap: timedelta) -> timedelta:
        """`gap`, or less if two occurrences around this change of offset are closer."""
        earlier = self.compute_next_after(change - gap)
        while earlier and earlier < change + timedelta(minutes=1):
            later = self.compute_next_after(earlier)
            if later is None:
                break
            gap, earlier = min(gap, later - earlier), later
        return gap

    def _next_fixed(self, after: int) -> int | None:
        """A wall-clock minute counts when the clock reaches it for the first time, or jumps it."""
        stretch = stretch_at(self.timezone, after)
        unreached = _minutes_up(stretch.reached)
        shown = (after + stretch.offset) // 60
        if shown >= _minutes_up(stretch.start + stretch.offset):
            unreached = max(unreached, shown + 1)
        minute = self._calendar.next_minute(unreached)
        if minute is None:
            return None
        stretch = stretch_reaching(self.timezone, minute * 60)
        return max(minute, _minutes_up(stretch.start + stretch.offset)) * 60 - stretch.offset

    def _next_real(self, after: int) -> int | None:
        """Searches one stretch of constant offset after the other."""
        stretch = stretch_at(self.timezone, after)
        earliest = searched = (after + stretch.offset) // 60 + 1
        minute = self._calendar.next_minute(earliest)
        while minute is not None:
            instant = minute * 60 - stretch.offset
            if instant < stretch.end:
                return instant
            stretch = stretch_at(self.timezone, after := stretch.end)
            earliest = _minutes_up(after + stretch.offset)
            if not searched <= earliest <= minute:  # else the same minute would be found again
                searched, minute = earliest, self._calendar.next_minute(earliest)
        return None


@lru_cache(maxsize=256)
def _changes_since(timezone: str, day: int) -> tuple[tuple[int, ...], int]:
    """A zone's distinct changes of offset in 130 years, and how far its offsets are apart."""
    stretches = list(stretches_between(timezone, day * _DAY, day * _DAY + _HORIZON))
    offsets = [stretch.offset for stretch in stretches]
    return tuple(_distinct_changes(stretches)), max(offsets) - min(offsets)


def _distinct_changes(stretches: Sequence[Stretch]) -> Iterator[int]:
    """The changes of offset that differ in the year before and after them, as instants.

    Yearly rules bring the same few again and again: the date and its weekday, which years
    around it are leap years, and the offsets of up to four stretches tell them apart.
    """
    seen = set()
    for place, (before, stretch) in enumerate(pairwise(stretches), 1):
        if before.end != stretch.start:
            continue  # Only the table of offsets ends here, and the next one begins.
        day, time_of_day = divmod(stretch.start + stretch.offset, _DAY)
        date = EPOCH + day * timedelta(days=1)
        leap_years = tuple(isleap(date.year + year) for year in (-1, 0, 1))
        earlier = tuple((s.end - s.start, s.offset) for s in stretches[max(place - 3, 0) : place])
        around = (earlier, stretch.offset, date.month, date.day, date.weekday(), time_of_day)
        if (around, leap_years) not in seen:
            seen.add((around, leap_years))
            yield stretch.start


@lru_cache(maxsize=2048)
def _next_after(cron: Cron, instant: datetime) -> datetime | None:
    return cron.compute_next_after(instant)


@dataclass(frozen=True, slots=True)
class Interval:
    """Every fixed duration of real time, in phase with `anchor`, which is the first occurrence.

    ValueError: `every` is not positive, or `anchor` is naive.
    """

    every: timedelta
    anchor: datetime

    def __post_init__(self) -> None:
        if self.every <= timedelta(0):
            raise ValueError("An interval must be longer than nothing: give a positive duration.")
        object.__setattr__(self, "anchor", _utc(self.anchor))

    def next_after(self, instant: datetime) -> datetime | None:
        steps = max(0, (instant - self.anchor) // self.every + 1)
        try:
            return self.anchor + steps * self.every
        except OverflowError:
            return None

    def smallest_gap(self) -> timedelta:
        return self.every


@dataclass(frozen=True, slots=True)
class Once:
    """A single instant. ValueError: `run_at` is naive."""

    run_at: datetime

    def __post_init__(self) -> None:
        object.__setattr__(self, "run_at", _utc(self.run_at))

    def next_after(self, instant: datetime) -> datetime | None:
        return self.run_at if self.run_at > instant else None

    def smallest_gap(self) -> timedelta:
        return timedelta.max


def occurrences_between(
    recurrence: Recurrence, after: datetime, until: datetime, limit: int
) -> list[datetime]:
    """The first `limit` occurrences in (after, until], in order: `after` is not one of them."""
    found: list[datetime] = []
    while len(found) < limit:
        occurrence = recurrence.next_after(found[-1] if found else after)
        if occurrence is None or occurrence > until:
            break
        found.append(occurrence)
    return found


def _minutes_up(seconds: int) -> int:
    return -(-seconds // 60)


def _utc(instant: datetime) -> datetime:
    if instant.tzinfo is UTC:
        return instant
    if instant.utcoffset() is None:
        raise ValueError("A time needs its UTC offset or time zone: it is naive.")
    return instant.astimezone(UTC)
