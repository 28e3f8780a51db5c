"""The gate before all model calls of one event loop: limits, and pauses of providers.

One task talks to Redis for all runs, one round trip after the other, so that nothing can overtake
anything: a slot is taken, renewed and given back in this order. For models without a limit it is
only looked up, once a second while calls are made, whether a provider wants a pause.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextvars import Context

from django.conf import settings

from agents.limits.answers import Answers
from agents.limits.asks import Answer, Ask
from agents.limits.backoff import MAX_PAUSE_SECONDS
from agents.limits.line import NEVER, Line, Ticket
from agents.limits.rules import Limit, limits_of
from agents.limits.shared import lease

# No call begins on older knowledge of the pauses that providers have told other workers.
LOOK_SECONDS = 1.0
# Of its lease: one late renewal costs nobody a slot.
RENEWED_AFTER = 1 / 3


class Paused(Exception):  # noqa: N818
    """The provider does not want to be asked for so many `seconds`."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class Gate:
    """Belongs to the event loop on which it is first used; to be closed there."""

    def __init__(self) -> None:
        self._answers = Answers()
        self._lines: dict[str, Line] = {}
        self._paused: dict[str, float] = {}
        """Until when, by the loop's clock."""
        self._unsaid: set[str] = set()
        """Models whose pauses Redis does not know yet."""
        self._looked = self._renewed = -NEVER
        self._looking: asyncio.Event | None = None
        """Set when the look-up that is wanted has been made."""
        self._closing = False
        self._news = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def enter(self, model: str, on_wait: Callable[[Limit], None]) -> Ticket | None:
        """Wait until a call of a resolved model string may begin; then `leave` must follow.

        Raises Paused when the provider wants a pause, at once or while this waits. It can be
        cancelled at any moment, and leaves nothing behind then.
        """
        self._check_pause(model)
        if self._closing:
            return None
        if limits := limits_of(model, settings.MODEL_LIMITS):
            return await self._turn(model, limits, on_wait)
        if asyncio.get_running_loop().time() - self._looked >= LOOK_SECONDS:
            await self._look_up()
            self._check_pause(model)
        return None

    def leave(self, ticket: Ticket | None) -> None:
        """The call has ended."""
        if ticket is None or not ticket.line.leave(ticket):
            return
        for line in self._lines.values():
            line.wants_room_of(ticket.line)
        self._wake()

    def paused(self, model: str) -> float:
        """For how many seconds the model must not be asked; 0 if it may be."""
        return max(0.0, self._paused.get(model, 0.0) - asyncio.get_running_loop().time())

    def pause(self, model: str, seconds: float) -> None:
        """No worker asks the model for so long; of several pauses the longest counts."""
        self._note_pause(model, seconds)
        self._unsaid.add(model)
        self._wake()

    async def close(self) -> None:
        """Give back what is to be given back, and let go of Redis."""
        self._closing = True
        if self._task and not self._task.done():
            self._news.set()
            await asyncio.wait([self._task])
        if self._has_to_tell():
            # The task was cancelled by whoever closes the loop, or leaves Redis alone: once more.
            self._answers.resting_until = 0.0
            await self._exchange(asyncio.get_running_loop().time())
        await self._answers.close()

    async def _turn(
        self, model: str, limits: Sequence[Limit], on_wait: Callable[[Limit], None]
    ) -> Ticket:
        now = asyncio.get_running_loop().time()
        ticket = self._line(model, limits).join(now, on_wait)
        self._wake()
        try:
            if not await ticket.turn:
                raise Paused(self.paused(model))
        except BaseException:
            # Also where its turn has come at the moment of its cancellation.
            self.leave(ticket)
            raise
        return ticket

    async def _look_up(self) -> None:
        """All calls that come meanwhile wait for the same; nobody does for a Redis that is away."""
        self._looking = looking = self._looking or asyncio.Event()
        self._wake()
        if not self._answers.alone:
            await looking.wait()

    def _check_pause(self, model: str) -> None:
        if model not in self._paused:
            return
        if seconds := self.paused(model):
            raise Paused(seconds)
        del self._paused[model]

    def _note_pause(self, model: str, seconds: float) -> None:
        until = asyncio.get_running_loop().time() + min(seconds, MAX_PAUSE_SECONDS)
        if until > self._paused.get(model, 0.0):
            self._paused[model] = until
        if line := self._lines.get(model):
            line.send_away()

    def _line(self, model: str, limits: Sequence[Limit]) -> Line:
        if model not in self._lines:
            self._lines[model] = Line(model, limits)
        return self._lines[model]

    def _wake(self) -> None:
        self._news.set()
        if (self._task is None or self._task.done()) and not self._closing:
            # Not in the context of the run that happens to come first, nor in its span.
            self._task = asyncio.create_task(self._serve(), context=Context())

    async def _serve(self) -> None:
        """Talk to Redis as long as there is something to say."""
        loop = asyncio.get_running_loop()
        while (due := self._due(loop.time())) < NEVER:
            if due > loop.time():
                self._news.clear()
                alarm = loop.call_at(due, self._news.set)
                await self._news.wait()
                alarm.cancel()
            else:
                await self._exchange(loop.time())

    def _due(self, now: float) -> float:
        """When there is something to say next; what only Redis has to know waits until it works."""
        if self._looking:
            return now
        telling = max(now, self._answers.resting_until) if self._has_to_tell() else NEVER
        if self._closing:
            return now if telling == now else NEVER
        asks = min((line.ask_at for line in self._lines.values()), default=NEVER)
        return min(telling, asks, self._renewal())

    def _has_to_tell(self) -> bool:
        return bool(self._unsaid) or any(line.has_to_tell for line in self._lines.values())

    def _renewal(self) -> float:
        held = any(line.held for line in self._lines.values())
        return self._renewed + lease() * RENEWED_AFTER if held else NEVER

    async def _exchange(self, now: float) -> None:
        renew = now >= self._renewal()
        if renew or self._renewal() == NEVER:
            self._renewed = now
        lines = [line for line in self._lines.values() if line.has_news(now, renew)]
        asks = [line.ask(now, renew) for line in lines]
        for line, answer in zip(lines, await self._answered(lines, asks), strict=True):
            if answer.paused:
                self._note_pause(line.model, answer.paused)
            line.heed(answer, asyncio.get_running_loop().time())
        self._lines = {line.model: line for line in self._lines.values() if not line.is_idle}

    async def _answered(self, lines: Sequence[Line], asks: Sequence[Ask]) -> Sequence[Answer]:
        unsaid, self._unsaid = self._unsaid, set()
        looking, self._looking = self._looking, None
        pauses = {model: left for model in unsaid if (left := self.paused(model))}
        heard = False
        try:
            found = await self._answers.to(asks, pauses, looking is not None, self._held)
            heard = found.heard
        finally:
            # Also when this is cancelled: nobody knows then what Redis has done of it.
            for line in lines:
                line.in_doubt = not heard
            if not heard:
                self._unsaid |= unsaid
            if looking:
                self._looked = asyncio.get_running_loop().time()
                looking.set()
        for model, seconds in found.pauses.items():
            self._note_pause(model, seconds)
        return found.answers

    def _held(self) -> dict[str, int]:
        """Calls of this process that go on, by the keys of their limits."""
        held: dict[str, int] = {}
        for line in self._lines.values():
            for limit in line.limits:
                held[limit.key] = held.get(limit.key, 0) + len(line.held)
        return held
