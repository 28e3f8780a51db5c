"""What a run's time went into: waiting, running, parked for an approval (pure)."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import groupby, pairwise
from typing import NamedTuple

Span = tuple[datetime, datetime | None]
"""From when until when; None: it goes on."""

TITLES = {"waiting": "Waiting", "running": "Running", "parked": "Waiting for approval"}


class Period(NamedTuple):
    """Some time of one kind, one of TITLES."""

    kind: str
    length: timedelta

    @property
    def title(self) -> str:
        """As people read it."""
        return TITLES[self.kind]

    @property
    def weight(self) -> int:
        """Its share of a bar, in milliseconds: in seconds, less than one would not fill it."""
        return max(1, round(self.length.total_seconds() * 1000))


def periods(
    begin: datetime, end: datetime, running: Iterable[Span], parked: Iterable[Span]
) -> list[Period]:
    """What was when between `begin` and `end`, in order; what is neither of both was waiting.

    While it is parked it does not run, whatever its records say.
    """
    runs, rests = (_within(begin, end, spans) for spans in (running, parked))
    edges = sorted({begin, end, *(edge for span in (*runs, *rests) for edge in span)})
    slices = [(_kind(start, runs, rests), stop - start) for start, stop in pairwise(edges)]
    return [
        Period(kind, sum((length for _, length in same), timedelta(0)))
        for kind, same in groupby(slices, key=lambda each: each[0])
    ]


def totals(found: Iterable[Period]) -> list[Period]:
    """All time of each kind together, in the order of TITLES."""
    sums = dict.fromkeys(TITLES, timedelta(0))
    for period in found:
        sums[period.kind] += period.length
    return [Period(kind, length) for kind, length in sums.items() if length]


def _within(
    begin: datetime, end: datetime, spans: Iterable[Span]
) -> list[tuple[datetime, datetime]]:
    clipped = ((max(start, begin), min(stop or end, end)) for start, stop in spans)
    return [(start, stop) for start, stop in clipped if start < stop]


def _kind(
    at: datetime, runs: list[tuple[datetime, datetime]], rests: list[tuple[datetime, datetime]]
) -> str:
    for kind, spans in (("parked", rests), ("running", runs)):
        if any(start <= at < stop for start, stop in spans):
            return kind
    return "waiting"
