"""When a schedule runs, in plain words (pure): what a sentence says is exactly what it does.

Cron expressions are described from what they allow, not from how they are written, so that
`0 9-17 * * 1-5` and `0 9,10,11,12,13,14,15,16,17 * * MON-FRI` are both "Every hour from 09:00 to
17:00 on weekdays". Where no short sentence would be right, the expression stands for itself.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

from schedules.cron_grammar import date_mask, fields, parse, weekday_masks
from schedules.timing import Timing

MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
WEEKDAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
NTH = ("first", "second", "third", "fourth", "fifth", "last")

_DAY = 24 * 60
_EVERY_DATE, _LAST_DATE = (1 << 31) - 1, 1 << 31
_EVERY_WEEKDAY, _WORKDAYS, _WEEKEND = 0b1111111, 0b0111110, 0b1000001
# Longer lists are no longer plain.
_MOST_TIMES, _MOST_DATES = 4, 5
# A run of so many is "from ... to ...".
_RANGE = 3


def sentence(timing: Timing) -> str:
    """As in "At 07:30 on weekdays, Europe/Berlin"; ValueError where the timing is none."""
    if timing.schedule_type == "cron":
        return f"{of_cron(timing.cron_expression)}, {timing.timezone}"
    if timing.schedule_type == "interval":
        return of_interval(timing.interval_value or 0, timing.interval_unit)
    if timing.run_at is not None:
        return f"Once, on {moment(timing.run_at, timing.timezone)}, {timing.timezone}"
    return "Only when somebody starts it"


def moment(at: datetime, timezone: str) -> str:
    """A time on the wall clock of a zone, as in "Monday 2 March 2026 at 09:00"."""
    there = local(at, timezone)
    weekday = WEEKDAYS[there.isoweekday() % 7]
    return f"{weekday} {there.day} {MONTHS[there.month - 1]} {there.year} at {there:%H:%M}"


def local(at: datetime, timezone: str) -> datetime:
    """The same instant, as clocks of that zone show it."""
    return at.astimezone(zone_of(timezone))


def zone_of(timezone: str) -> ZoneInfo:
    """Of that name; UTC in place of one that there is not, or not any more."""
    try:
        return ZoneInfo(timezone)
    except (ValueError, LookupError, OSError):
        return ZoneInfo("UTC")


def of_cron(expression: str) -> str:
    """As in "At 07:30 on weekdays"; ValueError as `parse` raises it."""
    calendar = parse(expression)
    _, _, day, _, weekday = fields(expression)
    days = _days(day, weekday)
    times = _times(_numbers(calendar.minutes), every_day=not days)
    if days is None or times is None:
        return f"Cron {expression.strip()}"
    always = "every day" if times.startswith("At") else ""
    return " ".join(filter(None, [times, days or always, _months(calendar.months)]))


def of_interval(value: int, unit: str) -> str:
    """As in "Every 5 minutes"; `unit` is a plural."""
    return f"Every {unit.removesuffix('s')}" if value == 1 else f"Every {value:,} {unit}"


def listed(items: Sequence[str]) -> str:
    """As in "a, b and c"."""
    *others, last = items
    return f"{', '.join(others)} and {last}" if others else last


def _times(times: list[int], *, every_day: bool) -> str | None:
    """The times of a day, in minutes; None where no rule makes them short."""
    listed_times = f"At {listed(list(map(_clock, times)))}"
    if len(times) < _RANGE:
        return listed_times
    gaps = [later - earlier for earlier, later in pairwise([*times, times[0] + _DAY])]
    step, longest = min(gaps), max(gaps)
    if step == longest:
        return f"Every {_distance(step)}" + (f", from {_clock(times[0])} on" if times[0] else "")
    first = (gaps.index(longest) + 1) % len(times)
    # What goes on over midnight lies on two days.
    if sorted(gaps)[-2] == step and (every_day or not first):
        return f"Every {_distance(step)} from {_clock(times[first])} to {_clock(times[first - 1])}"
    return listed_times if len(times) <= _MOST_TIMES else None


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def _distance(minutes: int) -> str:
    value, unit = (minutes // 60, "hour") if minutes % 60 == 0 else (minutes, "minute")
    return unit if value == 1 else f"{value} {unit}s"


def _days(day: str, weekday: str) -> str | None:
    """The days of a month; empty for all of them, None where it would be long or unclear."""
    dates, weeks = date_mask(day), weekday_masks(weekday)
    every_date = dates & _EVERY_DATE == _EVERY_DATE
    every_weekday = weeks[0] == _EVERY_WEEKDAY
    both = day.startswith("*") or weekday.startswith("*")
    if every_date or every_weekday:
        if not both or (every_date and every_weekday):
            return ""
        return _weekdays(weeks) if every_date else _dates(dates)
    by_date, by_weekday = _dates(dates), _weekdays(weeks)
    if both or by_date is None or by_weekday is None:
        return None
    return f"{by_date}, and {by_weekday} as well"


def _weekdays(weeks: list[int]) -> str | None:
    in_any, *in_one = weeks
    if not in_any:
        named = [(NTH[week], weekdays) for week, weekdays in enumerate(in_one) if weekdays]
        if len(named) > 1 or named[0][1].bit_count() > 1:
            return None
        return f"on the {named[0][0]} {WEEKDAYS[_numbers(named[0][1])[0]]} of the month"
    if any(in_one):
        return None
    if in_any in (_WORKDAYS, _WEEKEND):
        return "on weekdays" if in_any == _WORKDAYS else "at weekends"
    days = _numbers(in_any)
    return _ranged(days, 7, lambda number: WEEKDAYS[number]) or (
        f"on {listed([WEEKDAYS[number] + 's' for number in days])}"
    )


def _dates(mask: int) -> str | None:
    days = [number + 1 for number in _numbers(mask & _EVERY_DATE)]
    last = ["the last day"] if mask & _LAST_DATE else []
    if len(days) >= _RANGE and days[-1] - days[0] == len(days) - 1:
        span = f"from the {_ordinal(days[0])} to the {_ordinal(days[-1])}"
        return f"{' and on '.join([span, *last])} of the month"
    if len(days) > _MOST_DATES:
        return None
    return f"on {listed([*(f'the {_ordinal(day)}' for day in days), *last])} of the month"


def _months(mask: int) -> str:
    months = [number - 1 for number in _numbers(mask)]
    if len(months) == len(MONTHS):
        return ""
    named = [MONTHS[number] for number in months]
    return _ranged(months, len(MONTHS), lambda number: MONTHS[number]) or f"in {listed(named)}"


def _ranged(numbers: list[int], size: int, name: Callable[[int], str]) -> str | None:
    """As in "from Friday to Monday", if they lie side by side on a circle of this size."""
    starts = [number for number in numbers if (number - 1) % size not in numbers]
    if len(starts) != 1 or len(numbers) < _RANGE:
        return None
    return f"from {name(starts[0])} to {name((starts[0] + len(numbers) - 1) % size)}"


def _ordinal(number: int) -> str:
    endings = {1: "st", 2: "nd", 3: "rd"}
    return f"{number}{'th' if 10 < number < 14 else endings.get(number % 10, 'th')}"


def _numbers(mask: int) -> list[int]:
    return [number for number in range(mask.bit_length()) if mask >> number & 1]
