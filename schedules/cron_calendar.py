"""The wall-clock minutes that a cron expression allows. No zones, no clocks: pure calendar."""

from collections.abc import Iterator
from datetime import MAXYEAR, date
from functools import lru_cache
from typing import NamedTuple

MINUTES_PER_DAY = 24 * 60
MONTH_LENGTHS = range(28, 32)

_EPOCH_ORDINAL = date(1970, 1, 1).toordinal()
_LAST_ORDINAL = date.max.toordinal()
_ORDINARY_LENGTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


class Calendar(NamedTuple):
    """The wall-clock minutes that an expression allows, as bit masks.

    `minutes`: bit m is minute m of the day. `months`: bit m is month m. `days[length - 28][weekday
    of the 1st, Sunday = 0]`: bit d - 1 is day d of such a month; all 28 kinds of month do occur.
    `follows_real_minutes`: the minute or the hour field starts with `*`.
    Wall-clock minutes are counted from 1970-01-01 00:00 on that wall.
    """

    minutes: int
    months: int
    days: tuple[tuple[int, ...], ...]
    follows_real_minutes: bool

    def next_minute(self, earliest: int) -> int | None:
        """The first allowed minute at or after `earliest`; None if year 9999 ends before it."""
        day, minute_of_day = divmod(earliest, MINUTES_PER_DAY)
        found = self._next_day(day)
        if found == day:
            if rest := self.minutes >> minute_of_day:
                return earliest + _lowest(rest)
            found = self._next_day(day + 1)
        return None if found is None else found * MINUTES_PER_DAY + _lowest(self.minutes)

    def smallest_gap(self) -> int:
        """The fewest minutes between two allowed ones, over all years."""
        first, last = _lowest(self.minutes), self.minutes.bit_length() - 1
        overnight = self._smallest_gap_in_days() * MINUTES_PER_DAY - (last - first)
        return min(overnight, _smallest_step(self.minutes) or overnight)

    def ever_fires(self) -> bool:
        lengths = {_month_length(year, month) for year, month in self._months(2000, 2001)}
        return any(any(self.days[length - MONTH_LENGTHS.start]) for length in lengths)

    def _next_day(self, earliest: int) -> int | None:
        """The first allowed day at or after `earliest`, in days since 1970-01-01."""
        ordinal = max(earliest + _EPOCH_ORDINAL, 1)
        if ordinal > _LAST_ORDINAL:
            return None
        day = date.fromordinal(ordinal)
        for year, month in self._months(day.year, MAXYEAR, day.month):
            first, days = self._month(year, month)
            if rest := days >> max(ordinal - first, 0):
                return max(ordinal, first) + _lowest(rest) - _EPOCH_ORDINAL
        return None

    def _smallest_gap_in_days(self) -> int:
        """Walks the 400 years after which dates repeat, and the 40 that the rarest date takes."""
        smallest, previous = _LAST_ORDINAL, -_LAST_ORDINAL
        for year, month in self._months(2000, 2440):
            first, days = self._month(year, month)
            if days:
                across = first + _lowest(days) - previous
                smallest = min(smallest, across, _smallest_step(days) or across)
                previous = first + days.bit_length() - 1
            if smallest == 1:
                break
        return smallest

    def _months(self, year: int, last_year: int, month: int = 1) -> Iterator[tuple[int, int]]:
        while year <= last_year:
            if self.months >> month & 1:
                yield year, month
            year, month = (year, month + 1) if month < 12 else (year + 1, 1)

    def _month(self, year: int, month: int) -> tuple[int, int]:
        """The ordinal of the 1st, and the mask of the allowed days."""
        first = date(year, month, 1).toordinal()
        return first, self.days[_month_length(year, month) - MONTH_LENGTHS.start][first % 7]


def _month_length(year: int, month: int) -> int:
    leap = month == 2 and year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return _ORDINARY_LENGTHS[month - 1] + leap


def _lowest(mask: int) -> int:
    return (mask & -mask).bit_length() - 1


@lru_cache(maxsize=1024)
def _smallest_step(mask: int) -> int | None:
    """The smallest distance between two set bits; None if there is only one."""
    return next((step for step in range(1, mask.bit_length()) if mask & mask >> step), None)
