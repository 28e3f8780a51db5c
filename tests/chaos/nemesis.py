"""The nemesis: one fault after the other, in an order that the seed decides."""

import random
import threading
import time
from collections.abc import Callable, Iterator, Sequence

from tests.chaos import process_faults, queue_faults, server_faults
from tests.chaos.arena import Arena
from tests.chaos.facts import Fault
from tests.chaos.strikes import Strike

KINDS: dict[str, Callable[[Arena, Strike], None]] = {
    "kill -9 of a beat": process_faults.kill("beat"),
    "kill -9 of a worker": process_faults.kill("worker"),
    "kill -9 of the web server": process_faults.kill("web"),
    "beat frozen": process_faults.freeze("beat"),
    "all beats frozen": process_faults.freeze_all_beats,
    "worker frozen": process_faults.freeze("worker"),
    "web server frozen": process_faults.freeze("web"),
    "SIGTERM for a beat": process_faults.terminate("beat"),
    "SIGTERM for a worker": process_faults.terminate("worker"),
    "SIGTERM for the web server": process_faults.terminate("web"),
    "a beat's clock hours off": process_faults.wrong_clock("beat"),
    "a worker's clock hours off": process_faults.wrong_clock("worker"),
    "Valkey killed": server_faults.valkey_killed,
    "FLUSHALL": server_faults.flushall,
    "PostgreSQL restarted": server_faults.postgres_restarted,
    "connections terminated": server_faults.connections_terminated,
    "broker's disk full": server_faults.disk_full,
    "messages duplicated": queue_faults.duplicated,
    "messages dropped": queue_faults.dropped,
    "messages for nobody": queue_faults.garbage,
    "broken messages": queue_faults.broken,
}
# Once more in each round: stale writes and expired leases come from it.
OFTEN = ("worker frozen",)


def order(seed: str, kinds: Sequence[str]) -> Iterator[str]:
    """Round after round of all kinds, each shuffled."""
    stream = random.Random(f"{seed} order")
    while True:
        turn = [*kinds, *(kind for kind in OFTEN if kind in kinds)]
        stream.shuffle(turn)
        yield from turn


class Nemesis:
    """Strikes `count` times, spread over the time it has; never when it is too late to heal."""

    def __init__(
        self,
        arena: Arena,
        say: Callable[[str], None],
        *,
        seed: str,
        seconds: float,
        count: int,
        freeze_seconds: tuple[float, float],
        kinds: Sequence[str] = tuple(KINDS),
    ) -> None:
        self.kinds = frozenset(kinds)
        self._arena = arena
        self._say = say
        self._seed = seed
        self._seconds = seconds
        self._count = count
        self._freeze_seconds = freeze_seconds
        self._order = order(seed, kinds)
        self._strikes: list[Strike] = []

    def run(self, stopping: threading.Event) -> None:
        """Strike until the time is up; all is healed on return."""
        begun = time.monotonic()
        try:
            for number, kind in zip(range(self._count), self._order, strict=False):
                due = begun + self._seconds * number / self._count
                if stopping.wait(max(0.0, due - time.monotonic())):
                    break
                self._strike(kind, number)
        finally:
            for strike in self._strikes:
                strike.wait()

    def faults(self) -> list[Fault]:
        """All strikes so far."""
        return [strike.fault() for strike in self._strikes]

    def _strike(self, kind: str, number: int) -> None:
        stream = random.Random(f"{self._seed} strike {number}")
        strike = Strike(kind, stream, self._freeze_seconds, self._say)
        self._strikes.append(strike)
        KINDS[kind](self._arena, strike)
        if strike.pending is None:
            strike.done()
