"""Two clocks that a wrong wall clock in one process leaves alone, and how they compare."""

import time
from datetime import UTC, datetime, timedelta


def monotonic() -> float:
    """Seconds since the machine's start: the same in all its processes, whatever their clocks say.

    A process that runs under time_machine still gets the true value.
    """
    return time.clock_gettime(time.CLOCK_MONOTONIC)


# Only processes on the true clock use these two.
def wall() -> datetime:
    """The true time of day, which is PostgreSQL's on this machine, too."""
    return datetime.now(UTC)


def written(at: datetime) -> str:
    """A time as the API writes it."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def as_wall(moment: float) -> datetime:
    """A monotonic moment as the time of day."""
    return wall() - timedelta(seconds=monotonic() - moment)
