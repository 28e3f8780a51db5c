"""Held against a schedule's definitions: is every occurrence on its ledger, exactly once? Pure."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from schedules.recurrence import INSTANT, Recurrence

BEFORE_HISTORY = "before the history"


class Defined(NamedTuple):
    """One definition: it holds for occurrences later than `since`, from `first` on.

    `first` is None where the schedule was switched off, had ended or was deleted.
    """

    since: datetime
    first: datetime | None
    recurrence: Recurrence | None
    end_at: datetime | None


class Row(NamedTuple):
    """A timed execution: it accounts for its own and for `coalesced` earlier occurrences."""

    scheduled_for: datetime
    state: str
    coalesced: int


class Window(NamedTuple):
    """The occurrences that are looked at, both ends included."""

    since: datetime
    until: datetime


@dataclass
class Account:
    """What was found: dispositions of occurrences by state, and what does not add up."""

    dispositions: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)

    @property
    def occurrences(self) -> int:
        """How many occurrences have a disposition."""
        return sum(self.dispositions.values())


def reconcile(
    definitions: Sequence[Defined], rows: Iterable[Row], window: Window, due_at: datetime | None
) -> Account:
    """Compute a schedule's occurrences again, and find the one row that accounts for each.

    `definitions` and `rows` are in their order. `rows` lie in the window; those later than
    it may be left out unless they coalesce. From `due_at`, the schedule's own next
    occurrence, on nothing is expected yet.
    """
    first = definitions[0].first
    cut = first is not None and first < window.since
    matching = _Matching(window, _planned(definitions, window, due_at), cut)
    # Of the times before the first definition nothing is known.
    begun = definitions[0].since + INSTANT
    # A history that began with a schedule that was late already.
    begun = min(begun, first or begun)
    for row in rows:
        if row.scheduled_for < begun:
            matching.account.dispositions[BEFORE_HISTORY] += 1
        else:
            matching.take(row)
    matching.close()
    return matching.account


class _Matching:
    """Occurrences and rows, both in order, taken together one row at a time."""

    def __init__(self, window: Window, planned: Iterator[datetime], cut: bool) -> None:
        self.account = Account()
        self._until = window.until
        self._planned = planned
        self._following = next(planned, None)
        self._previous: datetime | None = None
        self._cut = cut

    def take(self, row: Row) -> None:
        """One row against the occurrences since the row before it."""
        open_ones = self._up_to(row.scheduled_for)
        if not open_ones or open_ones[-1] != row.scheduled_for:
            self._report_stray(row)
            count = 0
        else:
            count = self._counted(row, open_ones)
        self._lose(open_ones[: len(open_ones) - count])
        self._previous = row.scheduled_for

    def close(self) -> None:
        """After the last row: what has come due since then is lost."""
        self._lose(self._up_to(self._until))

    def _up_to(self, at: datetime) -> list[datetime]:
        found = []
        while self._following is not None and self._following <= at:
            found.append(self._following)
            self._following = next(self._planned, None)
        return found

    def _counted(self, row: Row, open_ones: list[datetime]) -> int:
        """How many of these the row accounts for; if it claims others, too, it is reported."""
        count, available = row.coalesced + 1, len(open_ones)
        # The first row may account for some that lie before the window, if any do.
        if count > available and not (self._cut and self._previous is None):
            self._report(
                row.scheduled_for,
                f"the row at {row.scheduled_for} accounts for {count} occurrences, of which "
                f"{count - available} are accounted for already, or never were",
            )
        count = min(count, available)
        *coalesced, own = open_ones[-count:]
        inside = sum(at <= self._until for at in coalesced)
        found = {row.state: int(own <= self._until), "coalesced": inside}
        self.account.dispositions += Counter(found)
        return count

    def _report_stray(self, row: Row) -> None:
        twice = row.scheduled_for == self._previous
        what = "accounts for what another one does" if twice else "is of no occurrence"
        self._report(row.scheduled_for, f"the row at {row.scheduled_for} {what}")

    def _lose(self, occurrences: Iterable[datetime]) -> None:
        for at in occurrences:
            self._report(at, f"nothing accounts for the occurrence at {at}")

    def _report(self, at: datetime, problem: str) -> None:
        if at <= self._until:
            self.account.problems.append(problem)


def _planned(
    definitions: Sequence[Defined], window: Window, due_at: datetime | None
) -> Iterator[datetime]:
    """Every occurrence from the window's start on, definition by definition."""
    for place, defined in enumerate(definitions):
        if place + 1 < len(definitions):
            last = definitions[place + 1].since
        else:
            last = due_at - INSTANT if due_at else datetime.max.replace(tzinfo=window.until.tzinfo)
        yield from _occurrences(defined, window.since, last)


def _occurrences(defined: Defined, since: datetime, last: datetime) -> Iterator[datetime]:
    at = defined.first
    if defined.end_at is not None:
        last = min(last, defined.end_at)
    if at is not None and at < since and defined.recurrence is not None:
        at = defined.recurrence.next_after(since - INSTANT)
    while at is not None and at <= last:
        yield at
        at = defined.recurrence.next_after(at) if defined.recurrence else None
