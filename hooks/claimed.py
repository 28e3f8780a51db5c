"""A delivery in a courier's hands, and what came of it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hooks.models import Hook


@dataclass(frozen=True)
class Claimed:
    """A delivery that this courier sends now."""

    id: int
    hook: Hook
    data: dict[str, Any]
    event: str
    occurred_at: datetime
    attempt: int
    failures: int
    """Of the attempts before this one, those that count."""
    claimed_at: datetime


@dataclass(frozen=True)
class Result:
    """What an attempt came to."""

    claimed: Claimed
    error: str = ""
    """A sentence; empty: it was delivered."""
    status: int | None = None
    answer: str = ""
    gone: bool = False
    """Whether the receiver wants to hear nothing any more (410)."""
    asked: float | None = None
    """Seconds after which it wants to be asked again."""
    duration_ms: int = 0
