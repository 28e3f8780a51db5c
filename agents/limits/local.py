"""Pure: the limits of one process by itself, while Redis does not answer.

Each process then keeps to the full limits: dividing them by the number of workers would need
somebody who knows it. Pauses it knows only of its own calls.
"""

from collections import defaultdict

from agents.limits.asks import POLL_SECONDS, Answer, Ask
from agents.limits.rules import MICROSECONDS, Limit, admit, advanced


class Local:
    """What a process knows of its own calls."""

    def __init__(self) -> None:
        self._next_at: defaultdict[str, int] = defaultdict(int)

    def answer(self, ask: Ask, held: dict[str, int], now: int) -> Answer:
        """The answer at the time `now`, in microseconds; `held` counts calls by limits' keys."""
        rooms = [(self._room(limit, held, now, len(ask.wanted)), limit) for limit in ask.limits]
        begun, narrowest = min(rooms, key=lambda room: room[0])
        for limit in ask.limits:
            held[limit.key] = held.get(limit.key, 0) + begun
            self._next_at[limit.key] = advanced(limit, self._next_at[limit.key], now, begun)
        if begun == len(ask.wanted):
            return Answer(begun)
        return Answer(begun, self._wait(narrowest, now), limit=narrowest)

    def _room(self, limit: Limit, held: dict[str, int], now: int, wanted: int) -> int:
        if limit.concurrency:
            wanted = max(0, min(wanted, limit.concurrency - held.get(limit.key, 0)))
        return admit(limit, self._next_at[limit.key], now, wanted)

    def _wait(self, limit: Limit, now: int) -> float:
        ahead = (self._next_at[limit.key] - limit.tolerance - now) / MICROSECONDS
        return ahead if limit.interval and ahead > 0 else POLL_SECONDS
