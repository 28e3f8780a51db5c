"""What a run may ask of whoever started it."""

from collections.abc import Mapping
from typing import Any, Protocol


class Closed(RuntimeError):  # noqa: N818
    """The run has ended, or is somebody else's: whoever still works for it is not heard."""

    def __init__(self) -> None:
        super().__init__("The run has ended; its desk is closed.")


class Desk(Protocol):
    """Where a run leaves its trace and finds what earlier runs have left.

    A run does no database work: whoever implements this does it elsewhere, and batches it.
    """

    def note(self, kind: str, data: Mapping[str, Any]) -> None:
        """Append to the trace, at once: `kind` is one of AgentTaskEvent.Kind, `data` is JSON."""

    async def previous_result(self) -> str | None:
        """The answer of the latest successful run of the same schedule; None without one."""

    async def recall(self, key: str) -> str | None:
        """What a run of the same schedule has kept under this key."""

    async def remember(self, key: str, value: str) -> None:
        """Keep a value for later runs; an empty one forgets the key.

        ValueError with a sentence for what cannot be kept, Closed once the run is over.
        """

    async def remembered(self) -> list[str]:
        """The keys under which something is kept."""


class NoDesk:
    """The desk of a run that nobody keeps anything for."""

    def note(self, kind: str, data: Mapping[str, Any]) -> None:
        """Nothing is kept."""

    async def previous_result(self) -> str | None:
        """There is none."""
        return None

    async def recall(self, key: str) -> str | None:
        """There is none."""
        return None

    async def remember(self, key: str, value: str) -> None:
        """Nothing is kept."""

    async def remembered(self) -> list[str]:
        """There are none."""
        return []
