"""One strike of the nemesis, while it goes on."""

import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.chaos.clock import monotonic
from tests.chaos.facts import Fault


@dataclass
class Strike:
    """What a fault does, notes and undoes; `effect` stays empty if it did not fire."""

    kind: str
    random: random.Random
    freeze_seconds: tuple[float, float]
    say: Callable[[str], None]
    target: str = "-"
    effect: str = ""
    begun: float = field(default_factory=monotonic)
    healed: float = 0
    pending: threading.Timer | None = None

    def later(self, seconds: float, heal: Callable[[], None]) -> None:
        """Heal after a while, and let other faults strike meanwhile."""

        def end() -> None:
            heal()
            self.done()

        self.pending = threading.Timer(seconds, end)
        self.pending.daemon = True
        self.pending.start()

    def last(self, seconds: float) -> None:
        """Let the fault go on for so long; its length is all that is waited for."""
        time.sleep(seconds)

    def done(self) -> None:
        """It is over and healed."""
        self.healed = monotonic()
        self.say(f"{self.kind} ({self.target}): {self.effect or 'DID NOT FIRE'}")

    def wait(self) -> None:
        """Wait until it is healed."""
        if self.pending is not None:
            self.pending.join()

    def fault(self) -> Fault:
        """What is kept of it."""
        return Fault(self.kind, self.target, self.effect, self.begun, self.healed)
