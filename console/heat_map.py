"""A year as a calendar: a week is a column, a day a square of its worst state (pure)."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from schedules.states import State
from schedules.words import MONTHS, listed, zone_of

# What one wants to see first of a day.
WORST_FIRST = (
    *(State.FAILED, State.MISSED, State.SKIPPED, State.CANCELLED),
    *(State.WAITING, State.RUNNING, State.PENDING, State.SUCCESS),
)
WEEKS = 53


class Day(NamedTuple):
    """A square; `state` is empty where nothing ran."""

    date: date
    state: str
    said: str


class Week(NamedTuple):
    """A column; `month` is its heading where a month begins in it."""

    month: str
    days: list[Day]


def days_until(today: date) -> list[date]:
    """Whole weeks, from a Monday a year ago, and this one up to today."""
    monday = today - timedelta(days=today.weekday(), weeks=WEEKS - 1)
    return [monday + timedelta(days=number) for number in range((today - monday).days + 1)]


def beginnings(days: Sequence[date], timezone: str) -> list[datetime]:
    """When they begin in that zone. UTC, as differences and order are those of real time."""
    zone = zone_of(timezone)
    return [datetime.combine(day, time.min, zone).astimezone(UTC) for day in days]


def weeks(days: Sequence[date], counts: Mapping[int, Mapping[str, int]]) -> list[Week]:
    """The calendar; `counts` are executions by the day's place in `days`, and by state."""
    squares = [_square(day, counts.get(place, {})) for place, day in enumerate(days)]
    columns = [squares[start : start + 7] for start in range(0, len(squares), 7)]
    return [Week(_heading(column), column) for column in columns]


def totals(counts: Mapping[int, Mapping[str, int]]) -> list[tuple[str, int]]:
    """Of all days, by state, the worst first."""
    sums: Counter[str] = Counter()
    for of_day in counts.values():
        sums.update(of_day)
    return [(state.value, sums[state]) for state in WORST_FIRST if sums[state]]


def _square(day: date, counts: Mapping[str, int]) -> Day:
    ordered = [state for state in WORST_FIRST if counts.get(state)]
    said = listed([f"{counts[state]:,} {state}" for state in ordered]) if ordered else "no runs"
    return Day(day, ordered[0].value if ordered else "", said)


def _heading(days: Sequence[Day]) -> str:
    first = next((day.date for day in days if day.date.day == 1), None)
    return MONTHS[first.month - 1][:3] if first else ""
