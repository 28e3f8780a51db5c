"""What the hands of all peers have in common: the same schedules as `load_schedules` makes."""

import time
from abc import ABC, abstractmethod
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import NamedTuple

from benchmarks.hand import Occurrence
from schedules.loads import Load

TASK = "benchmark"
DAY = timedelta(days=1)


class Wish(NamedTuple):
    """A schedule to add: its name, its interval and the instant of its first occurrence."""

    name: str
    every: timedelta
    first: datetime


class PeerHand(ABC):
    """A hand whose messages carry the name of their schedule."""

    def __init__(self) -> None:
        self._loads = count(1)
        self._singles = count(1)
        self._edits = count(0)
        self._first: dict[str, float] = {}
        self._editable = 0

    @abstractmethod
    def prepare(self) -> None:
        """Make the tables in an empty database."""

    @abstractmethod
    def add_many(self, wishes: Iterator[Wish]) -> None:
        """Add them by whatever way is quick; no beat is running."""

    @abstractmethod
    def add(self, wish: Wish) -> None:
        """Add one as a user would, whose beat is running."""

    @abstractmethod
    def change(self, name: str, note: str) -> None:
        """Put a note on a schedule as a user would, whose beat is running."""

    def load(self, count: int, every: int | None, due_at: float | None, begun: float) -> None:
        """See `Hand`."""
        instant = None if due_at is None else datetime.fromtimestamp(due_at, UTC)
        load, number = Load(count, every, instant), next(self._loads)
        begin = datetime.fromtimestamp(begun, UTC)
        self.add_many(self._wish(load, f"{number}-{place}", place, begin) for place in range(count))
        if number == 1:
            self._editable = count

    def _wish(self, load: Load, name: str, place: int, begun: datetime) -> Wish:
        timing = load.timing(place, begun)
        self._first[name] = timing["start_at"].timestamp()
        return Wish(name, timedelta(seconds=timing["interval_value"]), timing["start_at"])

    def add_due(self) -> float:
        """See `Hand`."""
        self.add(Wish(f"due-{next(self._singles)}", DAY, datetime.now(UTC)))
        return time.time()

    def add_idle(self) -> None:
        """See `Hand`."""
        self.add(Wish(f"idle-{next(self._singles)}", DAY, datetime.now(UTC) + DAY))

    def edit(self) -> None:
        """See `Hand`."""
        number = next(self._edits)
        self.change(f"1-{number % self._editable}", f"edit {number}")

    def occurrences(self, arguments: list[str]) -> list[Occurrence]:
        """See `Hand`."""
        return [(name, self._first.get(name)) for name in arguments]
