"""A desk in memory."""

from collections.abc import Mapping
from typing import Any


class MemoryDesk:
    """Keeps everything in plain attributes; see agents.desk.Desk."""

    def __init__(self, previous: str | None = None, **kept: str) -> None:
        self.previous = previous
        self.kept = kept
        self.notes: list[tuple[str, Mapping[str, Any]]] = []

    def note(self, kind: str, data: Mapping[str, Any]) -> None:
        self.notes.append((kind, data))

    async def previous_result(self) -> str | None:
        return self.previous

    async def recall(self, key: str) -> str | None:
        return self.kept.get(key)

    async def remember(self, key: str, value: str) -> None:
        self.kept.pop(key, None)
        if value:
            self.kept[key] = value

    async def remembered(self) -> list[str]:
        return list(self.kept)
