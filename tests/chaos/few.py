"""One kind of fault, a few times: for a run that is to show one thing."""

import random
import threading
from collections.abc import Callable, Sequence
from typing import Any

from tests.chaos.agent import Script
from tests.chaos.arena import Arena
from tests.chaos.facts import Fault
from tests.chaos.strikes import Strike

FREEZE_SECONDS = (7.0, 7.0)
Act = Callable[[Arena, Strike], None]


class Few:
    """The same fault a few times, with a pause after each."""

    def __init__(
        self, arena: Arena, say: Callable[[str], None], *, act: Act, times: int, pause: float
    ) -> None:
        self.kinds = frozenset({"one fault"})
        self._arena = arena
        self._say = say
        self._act = act
        self._times = times
        self._pause = pause
        self._strikes: list[Strike] = []

    def run(self, stopping: threading.Event) -> None:
        """Strike, heal, wait; between two strikes it can be broken off."""
        for number in range(self._times):
            if stopping.wait(self._pause):
                return
            strike = Strike("one fault", random.Random(number), FREEZE_SECONDS, self._say)
            self._strikes.append(strike)
            self._act(self._arena, strike)
            strike.wait()
            if strike.pending is None:
                strike.done()
        stopping.wait(self._pause)

    def faults(self) -> list[Fault]:
        """Every strike."""
        return [strike.fault() for strike in self._strikes]


def kind_of(seconds: Sequence[float], **fields: Any) -> Callable[[random.Random], dict[str, Any]]:
    """All schedules alike."""
    script = Script(seconds=tuple(seconds)).command()
    alike = {
        "command": script,
        "overlap_policy": "allow",
        "retry_backoff_seconds": 0,
        "pause_after_failures": 0,
    }
    return lambda stream: alike | fields
