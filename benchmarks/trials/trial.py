"""What every benchmark says of itself."""

from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from benchmarks.contestants.registry import Contestant
from benchmarks.figures import Value
from benchmarks.stage import Stage

DAY_SECONDS = 24 * 60 * 60


@dataclass(frozen=True)
class Entry:
    """A line of the table: a contestant with so many beats and schedules."""

    contestant: Contestant
    schedules: int
    beats: int = 1

    def title(self, shows_beats: bool) -> str:
        """How the table calls it."""
        if not shows_beats:
            return self.contestant.title()
        return f"{self.contestant.title()}, {self.beats} beat{'s' * (self.beats > 1)}"


class Outcome(NamedTuple):
    """What a turn came to, by measure, and the course of it, (seconds, messages)."""

    values: dict[str, Value]
    curve: Sequence[tuple[float, int]] = ()


def no_arguments(parser: ArgumentParser) -> None:
    """For benchmarks that need no options of their own."""


@dataclass(frozen=True)
class Trial:
    """A benchmark: what it is called, its columns, its options, and how a turn is measured.

    `beats` are how many beats the lines of ours, and of peers, are measured with. `shares`:
    it makes no sense for a contestant whose schedules are one process's own.
    """

    name: str
    title: str
    measures: tuple[str, ...]
    measure: Callable[[Stage, Entry, Namespace], Outcome]
    add_arguments: Callable[[ArgumentParser], None] = no_arguments
    schedules: tuple[int, ...] = (10_000,)
    beats: tuple[int, ...] = (1,)
    peer_beats: int = 1
    shares: bool = False
