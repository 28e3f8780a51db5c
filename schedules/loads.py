"""Loads for trials: what the many schedules are that `load_schedules` makes."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from math import gcd
from typing import Any

DAY_SECONDS = 24 * 60 * 60
DAY_MINUTES = 24 * 60
ZONES = (
    *("UTC", "Europe/London", "Europe/Berlin", "Africa/Lagos", "Asia/Kolkata", "Asia/Shanghai"),
    *("Asia/Tokyo", "Australia/Sydney", "Pacific/Auckland", "America/Los_Angeles"),
    *("America/New_York", "America/Sao_Paulo"),
)
GOLDEN_SECTION = 0.618


@dataclass(frozen=True)
class Load:
    """`count` schedules that differ only in their phase.

    every: the length of their interval in seconds, the phases spread evenly over it.
    due_at: the next occurrence of all of them, daily unless `every` says otherwise.
    With neither they are daily crons, in every minute of the day and a dozen time zones.
    """

    count: int
    every: int | None = None
    due_at: datetime | None = None
    overlap_policy: str = "skip"

    def timing(self, place: int, begun: datetime) -> dict[str, Any]:
        """A schedule's timing fields, by its place from 0 in this load, begun at that time."""
        if self.due_at is not None:
            return _interval(self.every or DAY_SECONDS, self.due_at)
        if self.every is not None:
            seconds = self.every * scattered(place, self.count) / self.count
            return _interval(self.every, begun + timedelta(seconds=seconds))
        return _daily(scattered(place, DAY_MINUTES * len(ZONES)))


def _interval(every: int, start_at: datetime) -> dict[str, Any]:
    return {
        "schedule_type": "interval",
        "interval_value": every,
        "interval_unit": "seconds",
        "start_at": start_at,
    }


def _daily(place: int) -> dict[str, Any]:
    minute_of_day, zone = divmod(place, len(ZONES))
    hour, minute = divmod(minute_of_day, 60)
    expression = f"{minute} {hour} * * *"
    return {"schedule_type": "cron", "cron_expression": expression, "timezone": ZONES[zone]}


def scattered(place: int, places: int) -> int:
    """A permutation of range(places), any first part of which is spread evenly over it.

    Schedules that are due together then lie all over the tables, as real ones do.
    """
    return place * _stride(places) % places


@cache
def _stride(places: int) -> int:
    """Near the golden section, which spreads best; coprime, to meet every place once."""
    stride = round(places * GOLDEN_SECTION)
    while gcd(stride, places) != 1:
        stride += 1
    return stride
