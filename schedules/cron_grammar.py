"""Cron expressions: from their text to the wall-clock minutes they allow. No zones, no clocks.

`parse` turns the five fields into a `Calendar`.

Grammar, after Debian's crontab(5): `*`, numbers, names (JAN, MON), lists `1,15`, ranges `9-17` that
may wrap (`FRI-MON`, `22-2`), steps `*/5`, `0-30/10`, `5/15` (5, 20, 35, 50), weekday 7 = Sunday,
`@daily` and friends. Beyond Debian, where the meaning is plain: `L` as a day of the month (its last
one), `FRIL`, `5L` or `L5` (the last Friday of the month), `MON#2` (its second Monday), `?` = `*` as
a whole day field. A step counts on through a wrapped range: `22-2/2` is 22, 0, 2. Letter case does
not matter. A step longer than its field (`*/90`) is refused: it would not mean every 90 minutes.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from schedules.cron_calendar import MONTH_LENGTHS, Calendar

LONGEST_EXPRESSION = 200

_LAST_DAY_BIT = 31
_ANY_WEEK, _LAST_WEEK = 0, 6
_WEEK = 0b1111111
_EVERY_WEEK = sum(1 << 7 * week for week in range(6))

_NICKNAMES = {
    "@HOURLY": "0 * * * *",
    "@DAILY": "0 0 * * *",
    "@MIDNIGHT": "0 0 * * *",
    "@WEEKLY": "0 0 * * 0",
    "@MONTHLY": "0 0 1 * *",
    "@YEARLY": "0 0 1 1 *",
    "@ANNUALLY": "0 0 1 1 *",
}


class Field(NamedTuple):
    name: str
    low: int
    high: int
    highest_written: int
    sample: str
    names: tuple[str, ...] = ()

    @property
    def size(self) -> int:
        return self.high - self.low + 1

    def error(self, item: str, problem: str, way_out: str = "") -> ValueError:
        names = f" or {self.names[0]} to {self.names[-1]}" if self.names else ""
        way_out = way_out or f"use {self.low} to {self.highest_written}{names}, as in {self.sample}"
        return ValueError(f'In the {self.name} field, "{item}" {problem}: {way_out}.')


_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_WEEKDAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
MINUTE = Field("minute", 0, 59, 59, "0,30 or */5")
HOUR = Field("hour", 0, 23, 23, "9-17 or */2")
DAY = Field("day-of-month", 1, 31, 31, "1,15 or L (the last day)")
MONTH = Field("month", 1, 12, 12, "JAN,JUL or */3", _MONTHS)
WEEKDAY = Field("day-of-week", 0, 6, 7, "MON-FRI, FRIL (the last one) or MON#2", _WEEKDAYS)

_ITEM = re.compile(r"(?:\*|(?P<start>\w+)(?:-(?P<end>\w+))?)(?:/(?P<step>\d+))?")
_NTH_WEEKDAY = re.compile(r"(\w+)#(\w+)")
_LAST_WEEKDAY = re.compile(r"(\w+)L|L(\w+)")


@lru_cache(maxsize=1024)
def parse(expression: str) -> Calendar:
    """Reads an expression. ValueError: one sentence with what is wrong, where, and the way out."""
    minute, hour, day, month, weekday = fields(expression)
    minutes, hours = _mask(MINUTE, minute), _mask(HOUR, hour)
    calendar = Calendar(
        minutes=sum(minutes << 60 * number for number in range(24) if hours >> number & 1),
        months=_mask(MONTH, month),
        days=_allowed_days(day, weekday),
        follows_real_minutes=minute.startswith("*") or hour.startswith("*"),
    )
    if not calendar.ever_fires():
        raise ValueError(
            f'"{expression}" never fires, as no date has day-of-month {day}, month {month} and '
            f"day-of-week {weekday}: change one of these fields."
        )
    return calendar


def fields(expression: str) -> list[str]:
    """The five fields as texts, nicknames written out; ValueError for anything else."""
    _check_characters(expression)
    text = expression.strip().upper()
    if text.startswith("@"):
        text = _expand_nickname(text)
    fields = text.split()
    if len(fields) != 5:
        hint = " There is no field for seconds or years: leave it out." if len(fields) > 5 else ""
        raise ValueError(
            "A cron expression has five fields (minute hour day-of-month month day-of-week), as in "
            f"30 7 * * MON-FRI; this one has {len(fields)}.{hint}"
        )
    return [
        "*" if text == "?" and position in (2, 4) else text for position, text in enumerate(fields)
    ]


def _check_characters(expression: str) -> None:
    if len(expression) > LONGEST_EXPRESSION:
        raise ValueError(
            f"A cron expression has at most {LONGEST_EXPRESSION} characters, this one has "
            f"{len(expression)}: use ranges and steps, or several schedules."
        )
    if not (expression.isascii() and expression.replace("\t", " ").isprintable()):
        raise ValueError("A cron expression is one line of plain ASCII text: type it by hand.")


def _expand_nickname(nickname: str) -> str:
    if nickname == "@REBOOT":
        raise ValueError("@reboot names no time: give a time, or start the run by hand.")
    if nickname not in _NICKNAMES:
        known = ", ".join(_NICKNAMES).lower()
        raise ValueError(f'"{nickname.lower()}" is not known: use one of {known}, or five fields.')
    return _NICKNAMES[nickname]


def _mask(field: Field, text: str) -> int:
    return _union(_item_mask(field, item) for item in text.split(","))


def _item_mask(field: Field, item: str) -> int:
    match = _ITEM.fullmatch(item)
    if not match:
        raise field.error(item, "is not understood")
    step = _step(field, item, match["step"])
    first, last = _bounds(field, item, match["start"], match["end"], bool(match["step"]))
    if last < first:
        last += field.size
    values = range(first, last + 1, step)
    return _union(1 << (value - field.low) % field.size + field.low for value in values)


def _bounds(
    field: Field, item: str, start: str | None, end: str | None, stepped: bool
) -> tuple[int, int]:
    """First and last value of an item; a last one below the first wraps, 7 is Sunday's end."""
    if start is None:
        return field.low, field.high
    first = _number(field, start, item)
    last = _number(field, end, item) if end else field.high if stepped else first
    if first > field.high:
        return field.low, last if stepped and not end else last % field.size
    return first, last


def _step(field: Field, item: str, text: str | None) -> int:
    step = int(text or 1)
    if not 1 <= step <= field.size:
        way_out = f"use a step from 1 to {field.size}, or an interval for a fixed distance"
        raise field.error(item, f"has the step {step}", way_out)
    return step


def _number(field: Field, text: str, item: str) -> int:
    if text in field.names:
        return field.names.index(text) + field.low
    if not text.isdigit():
        raise field.error(item, "is not understood")
    if not field.low <= int(text) <= field.highest_written:
        raise field.error(item, "is out of range")
    return int(text)


def _allowed_days(day: str, weekday: str) -> tuple[tuple[int, ...], ...]:
    """`Calendar.days`: both fields must match when one starts with `*`, else either one."""
    dates, weeks = date_mask(day), weekday_masks(weekday)
    both = day.startswith("*") or weekday.startswith("*")
    return tuple(
        tuple(_days_of_month(dates, weeks, both, length, first) for first in range(7))
        for length in MONTH_LENGTHS
    )


def _days_of_month(dates: int, weeks: list[int], both: bool, length: int, first: int) -> int:
    """The allowed days of a month of this length whose 1st is the weekday `first`."""
    whole = (1 << length) - 1
    by_date = dates & whole | (dates >> _LAST_DAY_BIT & 1) << length - 1
    by_weekday = 0
    for week, weekdays in enumerate(weeks):
        if weekdays:
            by_weekday |= weekdays * _EVERY_WEEK >> first & _window(week, length)
    return (by_date & by_weekday if both else by_date | by_weekday) & whole


def _window(week: int, length: int) -> int:
    """The days on which the nth weekdays (1 to 5), the last ones or all of a month lie."""
    if week == _ANY_WEEK:
        return (1 << length) - 1
    return _WEEK << (length - 7 if week == _LAST_WEEK else 7 * (week - 1))


def date_mask(text: str) -> int:
    """Bit d - 1 is day d, the next bit is the last day of the month, however long."""
    items = text.split(",")
    plain = _union(_item_mask(DAY, item) for item in items if item != "L")
    return plain >> 1 | ("L" in items) << _LAST_DAY_BIT


def weekday_masks(text: str) -> list[int]:
    """Masks of weekdays: [in any week, as the 1st, ..., 5th of the month, as the last]."""
    masks = [0] * 7
    for item in text.split(","):
        week, weekdays = _weekday_item(item)
        masks[week] |= weekdays
    return masks


def _weekday_item(item: str) -> tuple[int, int]:
    if match := _NTH_WEEKDAY.fullmatch(item):
        if match[2] not in ("1", "2", "3", "4", "5"):
            raise WEEKDAY.error(item, "is out of range", "write # and 1 to 5, or FRIL for the last")
        return int(match[2]), 1 << _number(WEEKDAY, match[1], item) % 7
    if item == "L":
        raise WEEKDAY.error(item, "is ambiguous", "write SAT, or SATL for the month's last one")
    if match := _LAST_WEEKDAY.fullmatch(item):
        return _LAST_WEEK, 1 << _number(WEEKDAY, match[1] or match[2], item) % 7
    return _ANY_WEEK, _item_mask(WEEKDAY, item)


def _union(masks: Iterable[int]) -> int:
    union = 0
    for mask in masks:
        union |= mask
    return union
