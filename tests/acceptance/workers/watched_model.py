"""A scripted model that answers when the test lets it, and notices who does not wait for it."""

import asyncio
import re
import time
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Any

from tests.scripted_model import ScriptedModel


@dataclass
class Call:
    """One request; its times are those of `time.monotonic`."""

    command: str
    begun: float
    ended: float | None = None
    """When it was answered, or whoever sent it closed the connection."""


class WatchedModel(ScriptedModel):
    """`hold NAME` at the beginning of a command waits until the test opens that gate."""

    def __init__(self) -> None:
        super().__init__()
        self.calls: list[Call] = []
        self._gates: defaultdict[str, asyncio.Event] = defaultdict(asyncio.Event)
        self._readers: dict[asyncio.StreamWriter, asyncio.StreamReader] = {}

    @property
    def going_on(self) -> Counter[str]:
        """The commands that wait for an answer, and how many requests of each."""
        return Counter(call.command for call in self.calls if call.ended is None)

    def open(self, gate: str) -> None:
        """Answer what is held there, now and later."""
        self._loop.call_soon_threadsafe(lambda: self._gates[gate].set())

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._readers[writer] = reader
        try:
            await super()._serve(reader, writer)
        finally:
            del self._readers[writer]

    async def _act(self, body: dict[str, Any], writer: asyncio.StreamWriter) -> bool:
        call = Call(body["messages"][-1]["content"], time.monotonic())
        self.calls.append(call)
        answer = asyncio.ensure_future(self._answer_at_the_gate(call.command, body, writer))
        # Nothing comes on the connection before the answer, except for its end.
        left = asyncio.ensure_future(self._readers[writer].read(1))
        try:
            await asyncio.wait({answer, left}, return_when=asyncio.FIRST_COMPLETED)
            call.ended = time.monotonic()
            return answer.done() and await answer
        finally:
            answer.cancel()
            left.cancel()
            await asyncio.gather(answer, left, return_exceptions=True)

    async def _answer_at_the_gate(
        self, command: str, body: dict[str, Any], writer: asyncio.StreamWriter
    ) -> bool:
        if held := re.match(r"hold (\w+)", command):
            await self._gates[held[1]].wait()
        return await super()._act(body, writer)
