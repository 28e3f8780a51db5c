"""What a process asks for, and what it is told: for one model, all of its runs together."""

from collections.abc import Sequence
from dataclasses import dataclass

from agents.limits.rules import Limit

# How often somebody who waits for a slot of another process looks for it. Calls take seconds.
POLL_SECONDS = 0.1


@dataclass(frozen=True)
class Ask:
    """One model's calls: those that have ended, go on, and would like to begin."""

    model: str
    limits: Sequence[Limit]
    waiter: str
    """Who asks: the same in all asks for this model by this process."""
    released: Sequence[str]
    renewed: Sequence[str]
    wanted: Sequence[str]
    """In the order in which they came."""
    waited: Sequence[int]
    """How long each of these has waited, in microseconds."""
    whole: bool = False
    """Whether only the renewed ones go on: all others of this waiter that are counted do not."""


@dataclass(frozen=True)
class Answer:
    """The first `begun` of the wanted calls begin now; the next may ask after `wait` seconds."""

    begun: int
    wait: float = 0.0
    paused: float = 0.0
    """For how many seconds the model must not be asked, as the provider has said."""
    limit: Limit | None = None
    """What the others wait for."""
