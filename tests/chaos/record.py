"""What the users were told, and so what was due: the checker's own book of schedules.

Each version of a schedule's timing starts at an instant whose microseconds no other version
has. So a row of the ledger names the version that it belongs to, and the occurrences that
it accounts for can be counted back exactly, whatever edits happened around it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any


@dataclass(frozen=True)
class Moment:
    """Something took effect at an unknown instant between these two."""

    earliest: datetime
    latest: datetime


@dataclass
class Span:
    """While it lasted, a schedule was on with this timing."""

    anchor: datetime
    every: timedelta
    begun: Moment
    until: datetime
    ended: Moment | None = None

    @property
    def phase(self) -> int:
        """What tells the version: intervals are whole seconds."""
        return self.anchor.microsecond

    def certain(self) -> list[datetime]:
        """The occurrences that were due beyond doubt."""
        end = self.until if self.ended is None else min(self.until, self.ended.earliest)
        return list(self._grid(self.begun.latest, end))

    def possible(self, at: datetime) -> bool:
        """Whether an occurrence at that instant can have been due."""
        end = self.until if self.ended is None else min(self.until, self.ended.latest)
        return self.begun.earliest < at <= end and not (at - self.anchor) % self.every

    def _grid(self, after: datetime, end: datetime) -> Iterator[datetime]:
        at = self.anchor + ((after - self.anchor) // self.every + 1) * self.every
        while at <= end:
            yield at
            at += self.every


@dataclass
class Plan:
    """One schedule as its owner knows it."""

    name: str
    agent: int
    until: datetime
    fields: dict[str, Any]
    id: int = 0
    # What it was when its owner last saw it (ETag).
    version: str = ""
    enabled: bool = True
    timings: int = 0
    timing: tuple[datetime, timedelta] | None = None
    spans: list[Span] = field(default_factory=list)
    deleted: bool = False
    # Executions that were asked for by hand, and those whose cancellation was confirmed.
    by_hand: set[str] = field(default_factory=set)
    cancelled: dict[str, datetime] = field(default_factory=dict)

    @property
    def is_manual(self) -> bool:
        """Nobody but a hand starts it."""
        return self.fields.get("schedule_type") == "manual"

    def begin(self, moment: Moment) -> None:
        """It was switched on, or got the timing it has now."""
        if self.timing is not None:
            self.spans.append(Span(*self.timing, begun=moment, until=self.until))

    def end(self, moment: Moment) -> None:
        """It was switched off, deleted, or is about to get another timing."""
        if self.spans and self.spans[-1].ended is None:
            self.spans[-1].ended = moment

    def certain(self) -> set[datetime]:
        """All occurrences that must be accounted for."""
        return {at for span in self.spans for at in span.certain()}

    def possible(self, at: datetime) -> bool:
        """Whether anybody could have been owed this occurrence."""
        return any(span.possible(at) for span in self.spans if span.phase == at.microsecond)

    def every(self, at: datetime) -> timedelta | None:
        """The interval of the version that an occurrence belongs to."""
        return next((s.every for s in self.spans if s.phase == at.microsecond), None)
