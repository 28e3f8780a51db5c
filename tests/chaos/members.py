"""The processes of a run: what each is started with, and how it ended."""

from collections.abc import Sequence
from dataclasses import dataclass

RESTART_SECONDS = 1.0


@dataclass
class Member:
    """A process of the run, and all that it is started with each time."""

    name: str
    role: str
    arguments: list[str]
    failpoint: str | None = None
    off: Sequence[str] = ()
    hours: float = 0
    restart: bool = True
    pause: float = RESTART_SECONDS
    pid: int = 0
    alive: bool = False
    frozen: bool = False
    ordered_to_end: bool = False


@dataclass(frozen=True)
class End:
    """A process that ended; `ordered` says whether a fault, or the run's end, had wanted it."""

    name: str
    pid: int
    code: int
    ordered: bool
    at: float
    last_words: str = ""
