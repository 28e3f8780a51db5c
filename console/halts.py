"""Stops that stand, as pages say it (pure)."""

from collections.abc import Iterable
from typing import Any, NamedTuple


class Halt(NamedTuple):
    """A stop that stands."""

    whose: str
    by_staff: bool
    note: str
    stopped_by: str

    @property
    def said(self) -> str:
        """As in "Everything is stopped by root (maintenance)"."""
        by = f" by {self.stopped_by}" if self.stopped_by else ""
        note = f" ({self.note})" if self.note else ""
        return f"{self.whose} stopped{by}{note}"


def halts(stops: Iterable[Any]) -> list[Halt]:
    """What there is to say of these, in their order."""
    return [
        Halt(
            "Everything is" if stop.owner_id is None else f"All runs of {stop.owner} are",
            stop.by_staff,
            stop.note,
            stop.stopped_by,
        )
        for stop in stops
    ]
