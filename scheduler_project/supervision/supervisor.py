"""Keeps processes running: restarts what dies, gives up on what dies at once, stops all."""

import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from scheduler_project.embedded.process import Child

AT_ONCE_SECONDS = 10.0
AT_ONCE_LIMIT = 3
LAST_LINES = 15


class UpError(Exception):
    """The reason why everything was stopped."""


@dataclass
class Unit:
    """One process that shall run: `start` makes it, and makes it again after it died."""

    name: str
    start: Callable[[], Child]
    # Seconds between the request to stop and the kill; None: someone else stops it.
    grace: float | None = 10.0
    child: Child | None = None
    deaths_at_once: int = 0

    def last_words(self) -> str:
        """Its name and the end of its log."""
        lines = self.child.last_lines(5) if self.child is not None else []
        return "\n  ".join([f"{self.name}:", *lines])


class Supervisor:
    """The units in the order in which they are stopped; `say` tells the user."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self.say = say
        self.units: list[Unit] = []

    def add(self, unit: Unit) -> None:
        """Start a unit, unless it runs already, and look after it from now on."""
        self.units.append(unit)
        if unit.child is None:
            unit.child = unit.start()

    def add_first(self, unit: Unit) -> None:
        """The same, for one that is stopped before all others."""
        self.add(unit)
        self.units.insert(0, self.units.pop())

    def revive(self) -> None:
        """Start again what has died; UpError when one dies at once, three times in a row."""
        for unit in self.units:
            if unit.child is not None and not unit.child.alive():
                self._restart(unit, unit.child)

    def _restart(self, unit: Unit, child: Child) -> None:
        child.finish(0)
        lived = time.monotonic() - child.started_at
        unit.deaths_at_once = unit.deaths_at_once + 1 if lived < AT_ONCE_SECONDS else 1
        if unit.deaths_at_once >= AT_ONCE_LIMIT:
            raise UpError(describe(child, f"{unit.name} ended at once {AT_ONCE_LIMIT} times"))
        self.say(f"{unit.name} ended unexpectedly ({child.ending()}): starting it again.")
        unit.child = unit.start()

    def stop(self, hurry: threading.Event) -> None:
        """Stop unit by unit of a kind, those with the same first word of a name together."""
        while self.units:
            kind = self.units[0].name.split()[0]
            group = [unit for unit in self.units if unit.name.split()[0] == kind]
            self.units = [unit for unit in self.units if unit not in group]
            stop_group(group, hurry)


def stop_group(group: list[Unit], hurry: threading.Event) -> None:
    """Ask all to stop, then wait for each; what does not end in its time is killed."""
    asked = [
        (unit.child, unit.grace)
        for unit in group
        if unit.child is not None and unit.grace is not None
    ]
    for child, _ in asked:
        child.popen.send_signal(signal.SIGTERM)
    deadlines = [(child, time.monotonic() + grace) for child, grace in asked]
    for child, deadline in deadlines:
        child.finish(max(0.0, deadline - time.monotonic()), hurry)


def describe(child: Child, what: str) -> str:
    """What happened, how the child ended and the end of its log."""
    lines = "".join(f"\n  {line}" for line in child.last_lines(LAST_LINES))
    return f"{what} ({child.ending()}); the end of {child.log}:{lines}"
