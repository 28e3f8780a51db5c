"""The calls of one model in one process: who waits, in order, and who has a slot."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count, islice
from uuid import uuid4

from agents.limits.asks import Answer, Ask
from agents.limits.rules import MICROSECONDS, Limit

NEVER = float("inf")
AT_ONCE = 0.0
# In one question, which Redis answers in one go: it has others to serve.
MOST_ASKED = 100
_numbers = count()
_process = uuid4().hex[:12]


@dataclass(eq=False)
class Ticket:
    """A call that waits for its turn, or has it."""

    line: "Line"
    call: str
    since: float
    """By the event loop's clock."""
    turn: asyncio.Future[bool]
    """True: it is this call's turn. False: nobody's, as the provider wants a pause."""
    on_wait: Callable[[Limit], None]
    """Told once what it waits for, if it has to."""
    told: bool = False


class Line:
    """First come, first served. Times are by the event loop's clock."""

    def __init__(self, model: str, limits: Sequence[Limit]) -> None:
        self.model = model
        self.limits = limits
        self.ask_at = NEVER
        """When Redis is to be asked for those who wait."""
        self.held: dict[str, Ticket] = {}
        self.released: list[str] = []
        """Calls that have ended, which Redis does not know yet."""
        self.in_doubt = False
        """Whether Redis may count calls that have ended, or never began: it is told the whole."""
        self._counted = {limit.key for limit in limits if limit.concurrency}
        self._waiter = f"{_process}:{next(_numbers)}"
        self._waiting: dict[Ticket, None] = {}
        self._asked: Sequence[Ticket] = ()

    def join(self, now: float, on_wait: Callable[[Limit], None]) -> Ticket:
        """Wait at the end of the line."""
        turn = asyncio.get_running_loop().create_future()
        ticket = Ticket(self, f"{self._waiter}.{next(_numbers)}", now, turn, on_wait)
        if not self._waiting:
            self.ask_at = AT_ONCE
        self._waiting[ticket] = None
        return ticket

    def leave(self, ticket: Ticket) -> bool:
        """Whatever became of it, it is out; whether Redis has to hear of that."""
        self._waiting.pop(ticket, None)
        if self.held.pop(ticket.call, None):
            self.released.append(ticket.call)
        elif not self._waiting and self.ask_at < NEVER:
            # Nobody shall leave us a place any more.
            self.ask_at = AT_ONCE
        return bool(self.released) or self.ask_at == AT_ONCE

    @property
    def is_idle(self) -> bool:
        """Whether nobody waits or goes on, and there is nothing to say of those who did."""
        return not (self._waiting or self.held or self.has_to_tell) and self.ask_at == NEVER

    @property
    def has_to_tell(self) -> bool:
        """Whether Redis counts calls that do not go on, or may do so."""
        return bool(self.released) or self.in_doubt

    def has_news(self, now: float, renew: bool) -> bool:
        """Whether there is something to ask or to say."""
        return self.has_to_tell or self.ask_at <= now or bool(renew and self.held)

    def wants_room_of(self, other: "Line") -> None:
        """A call of the other line has ended: if both share its slots, who waits here asks now."""
        if self._waiting and not self._counted.isdisjoint(other._counted):
            self.ask_at = AT_ONCE

    def ask(self, now: float, renew: bool) -> Ask:
        """What is to be asked now; `heed` is to be told the answer."""
        most = min(MOST_ASKED, *(limit.most_at_once for limit in self.limits))
        self._asked = list(islice(self._waiting, most))
        self.ask_at = NEVER
        released, self.released = self.released, []
        return Ask(
            model=self.model,
            limits=self.limits,
            waiter=self._waiter,
            released=released,
            renewed=list(self.held) if renew or self.in_doubt else [],
            whole=self.in_doubt,
            wanted=[ticket.call for ticket in self._asked],
            waited=[max(0, int((now - t.since) * MICROSECONDS)) for t in self._asked],
        )

    def heed(self, answer: Answer, now: float) -> None:
        """Let in those whose turn it is, and plan when to ask for the others."""
        for ticket in self._asked[: answer.begun]:
            self._let_in(ticket)
        if answer.paused:
            self.send_away()
        elif self._waiting and self._asked:
            self.ask_at = min(self.ask_at, now + answer.wait)
            if answer.limit:
                self._tell(answer.limit)

    def send_away(self) -> None:
        """The provider wants a pause: everybody decides anew whether to wait that long."""
        for ticket in self._waiting:
            if not ticket.turn.done():
                ticket.turn.set_result(False)
        self._waiting.clear()

    def _let_in(self, ticket: Ticket) -> None:
        if ticket not in self._waiting or ticket.turn.done():
            # Cancelled while Redis was asked.
            self.released.append(ticket.call)
            return
        del self._waiting[ticket]
        ticket.turn.set_result(True)
        if self._counted:
            self.held[ticket.call] = ticket

    def _tell(self, limit: Limit) -> None:
        for ticket in reversed(self._waiting):
            if ticket.told:
                return
            ticket.told = True
            ticket.on_wait(limit)
