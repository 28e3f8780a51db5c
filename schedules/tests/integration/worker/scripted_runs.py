"""Agents that do what the test says: they take the place of the runtime in a worker."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from queue import SimpleQueue

from agents.desk import Desk
from agents.errors import ErrorType
from agents.orders import Order, Outcome, Usage
from agents.runtime import NO_DESK

TIMEOUT = 15


@dataclass
class Begun:
    """A run that has begun and does not go on before it is told to."""

    order: Order
    _loop: asyncio.AbstractEventLoop
    _go_on: asyncio.Event = field(default_factory=asyncio.Event)
    ended: SimpleQueue[str] = field(default_factory=SimpleQueue)

    def release(self) -> None:
        self._loop.call_soon_threadsafe(self._go_on.set)

    def how_it_ended(self) -> str:
        """Waits for it: "done" or "stopped"."""
        return self.ended.get(timeout=TIMEOUT)

    async def wait(self, *, stubborn: bool) -> None:
        try:
            await self._go_on.wait()
        except asyncio.CancelledError:
            self.ended.put("stopped")
            if stubborn:
                await self._go_on.wait()
            raise
        self.ended.put("done")


class Script:
    """Commands are: `ok`, `note` (leaves an event), `remember` (keeps a value), `fail`, `refuse`
    (not worth a retry), `explode`, `unstorable`, `long model`; `hold` waits until it is released,
    `stubborn` also does so when it is stopped, and `clumsy` fails then."""

    def __init__(self) -> None:
        self._begun: SimpleQueue[Begun] = SimpleQueue()

    def next(self) -> Begun:
        """The next run that holds."""
        return self._begun.get(timeout=TIMEOUT)

    def nothing_more(self) -> bool:
        return self._begun.empty()

    async def run(self, order: Order, usage: Usage, desk: Desk = NO_DESK) -> Outcome:
        usage.input_tokens, usage.output_tokens, usage.llm_calls = 5, 7, 1
        usage.model = "m" * 300 if order.command == "long model" else "scripted"
        if order.command in ("hold", "stubborn"):
            begun = Begun(order, asyncio.get_running_loop())
            self._begun.put(begun)
            await begun.wait(stubborn=order.command == "stubborn")
        if order.command == "clumsy":
            begun = Begun(order, asyncio.get_running_loop())
            self._begun.put(begun)
            with suppress(asyncio.CancelledError):
                await begun.wait(stubborn=False)
            return Outcome.failure(ErrorType.INTERNAL_ERROR, "It was closed.")
        if order.command == "note":
            desk.note("retry", {"reason": "as scripted"})
        if order.command == "remember":
            await desk.remember("key", "value")
        if order.command == "explode":
            raise RuntimeError("as scripted")
        if order.command == "fail":
            return Outcome.failure(ErrorType.RATE_LIMITED, "Slow down.")
        if order.command == "refuse":
            return Outcome.failure(ErrorType.BAD_CREDENTIALS, "No key.")
        return Outcome.success("a\x00b" if order.command == "unstorable" else "Hello.\nMore.")
