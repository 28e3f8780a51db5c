"""How long the system takes to be itself again after a fault: watched from the outside."""

import statistics
import threading
from collections.abc import Sequence
from dataclasses import dataclass

import psycopg2

from tests.chaos.arena import Arena
from tests.chaos.clock import monotonic
from tests.chaos.facts import Fault
from tests.chaos.ledger import Row

LOOK_SECONDS = 0.5
# What is this late was not merely on its way: beats look every second.
LATE_SECONDS = 3
OVERDUE = """
SELECT (SELECT count(*) FROM schedules_execution WHERE state = 'pending'
          AND not_before < now() - make_interval(secs => %(late)s))
     + (SELECT count(*) FROM schedules_execution WHERE state = 'running'
          AND least(lease_until, deadline_at) < now() - make_interval(secs => %(late)s))
     + (SELECT count(*) FROM schedules_schedule
          WHERE next_run_at < now() - make_interval(secs => %(late)s))
""".replace("%(late)s", str(LATE_SECONDS))


@dataclass(frozen=True)
class Times:
    """Seconds from the end of a fault to the next success, and until nothing was overdue."""

    kind: str
    to_success: float | None
    to_calm: float | None


class Watch(threading.Thread):
    """Looks every half second how much is overdue; PostgreSQL away counts as overdue."""

    def __init__(self, arena: Arena) -> None:
        super().__init__(name="watch", daemon=True)
        self._arena = arena
        self._stopping = threading.Event()
        self.looks: list[tuple[float, int]] = []

    def run(self) -> None:
        """Look until stopped."""
        while not self._stopping.wait(LOOK_SECONDS):
            try:
                ((overdue,),) = self._arena.query(OVERDUE)
            except psycopg2.Error:
                overdue = 1
            self.looks.append((monotonic(), overdue))

    def stop(self) -> None:
        """Come to an end."""
        self._stopping.set()
        self.join()


def times(
    faults: Sequence[Fault], rows: Sequence[Row], looks: Sequence[tuple[float, int]], clock: float
) -> list[Times]:
    """The recovery times of each fault."""
    successes = sorted(
        row.finished_at.timestamp() + clock
        for row in rows
        if row.state == "success" and row.finished_at is not None
    )
    return [
        Times(
            fault.kind,
            next((at - fault.healed for at in successes if at > fault.healed), None),
            next((at - fault.healed for at, n in looks if at > fault.healed and not n), None),
        )
        for fault in faults
    ]


def summary(numbers: Sequence[float | None]) -> str:
    """Median and maximum, in words."""
    known = [number for number in numbers if number is not None]
    if not known:
        return "never"
    never = len(numbers) - len(known)
    return (
        f"median {statistics.median(known):.1f} s, at most {max(known):.1f} s"
        f"{f', {never} never' if never else ''}"
    )
