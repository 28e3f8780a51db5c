"""All that a run is judged by."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.chaos.ledger import Event, Row, Try
from tests.chaos.record import Plan


@dataclass(frozen=True)
class Fault:
    """One strike of the nemesis; `effect` is what was seen of it, empty if it did not fire."""

    kind: str
    target: str
    effect: str
    begun: float
    healed: float


@dataclass(frozen=True)
class Evidence:
    """What the processes' logs say the safeguards did."""

    stale_refused: int = 0
    leases_expired: int = 0
    published_again: int = 0


@dataclass(frozen=True)
class Facts:
    """The users' book, the ledger, the agents' record, the faults and the safeguards' traces.

    Times of the agents' record are monotonic; `clock` is the monotonic time at the epoch.
    """

    plans: Sequence[Plan]
    rows: Sequence[Row]
    tries: Sequence[Try]
    events: Sequence[Event]
    faults: Sequence[Fault]
    evidence: Evidence
    clock: float
    expected_kinds: frozenset[str] = frozenset()
    unclear: int = 0
    """Changes that users had to send again, as nobody knew whether they were made."""
    audit: str = ""
    """What the system's own audit objects to."""
    unexpected_ends: Sequence[str] = field(default_factory=list)
