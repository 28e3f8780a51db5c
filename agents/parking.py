"""Runs that stand still until somebody has decided: what they leave, and what they go on from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class AskedCall:
    """A call of a tool that somebody has to approve before it is made."""

    id: str
    """The model's own for it; the answer goes by it."""
    tool: str
    arguments: Any
    """JSON, as the tool would get it."""


class Parked(Exception):  # noqa: N818
    """Raised by a runner: the run goes on once these calls are approved or denied.

    `messages` is all that the runner needs for that, on any worker, with any later release.
    """

    def __init__(self, messages: bytes, calls: Sequence[AskedCall]) -> None:
        super().__init__("The run waits for an approval.")
        self.messages = messages
        self.calls = calls


@dataclass(frozen=True)
class Resumed:
    """What a run that was parked goes on from."""

    messages: bytes = field(repr=False)
    """As the runner left them."""
    answers: Mapping[str, str | None]
    """By the id of each call: None where it is approved, else what the model is told instead."""
