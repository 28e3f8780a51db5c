"""How late an execution was, and how long it took (pure)."""

from datetime import datetime, timedelta
from typing import Protocol


class Times(Protocol):
    """What an Execution knows of itself, and a row of a list, too."""

    @property
    def scheduled_for(self) -> datetime: ...
    @property
    def first_started_at(self) -> datetime | None: ...
    @property
    def started_at(self) -> datetime | None: ...
    @property
    def finished_at(self) -> datetime | None: ...


def lateness(times: Times) -> timedelta | None:
    """From the planned time to the start of the first attempt; None if it never started."""
    started = times.first_started_at or times.started_at
    return started - times.scheduled_for if started else None


def duration(times: Times) -> timedelta | None:
    """How long the latest attempt took; None while it runs or if it never started."""
    if times.started_at is None or times.finished_at is None:
        return None
    return times.finished_at - times.started_at
