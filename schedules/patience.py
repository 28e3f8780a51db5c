"""How long to wait with what could not be written before it is tried again, and how often."""

from scheduler_project.errors import is_passing
from schedules.busy import Busy
from schedules.db import UNREACHABLE

# Whoever holds a row mostly holds it for a moment.
BUSY_SECONDS, MOST_BUSY_SECONDS = 0.05, 0.5
UNREACHABLE_SECONDS = 0.5
# What the server refuses: for a reason that others give, and will not give for ever, or its own.
PASSING_TRIES, TRIES = 10, 3
REFUSED_SECONDS, MOST_REFUSED_SECONDS = 0.5, 30.0


class Patience:
    """Of one claim or one outcome; counts its failures."""

    def __init__(self) -> None:
        self._busy = 0
        self._refused = 0

    def pause_after(self, error: Exception) -> float | None:
        """Seconds until the next try; None: it has been tried often enough.

        A server that is away comes back, and a row is let go of: neither says anything
        about what is to be written, however long it takes.
        """
        if isinstance(error, UNREACHABLE):
            return UNREACHABLE_SECONDS
        if isinstance(error, Busy):
            self._busy += 1
            return _doubled(BUSY_SECONDS, self._busy, MOST_BUSY_SECONDS)
        self._refused += 1
        if self._refused >= (PASSING_TRIES if is_passing(error) else TRIES):
            return None
        return _doubled(REFUSED_SECONDS, self._refused, MOST_REFUSED_SECONDS)


def _doubled(first: float, times: int, most: float) -> float:
    return float(min(most, first * 2 ** min(times - 1, 16)))
