"""What many runs want from the database at the same time goes there in one transaction.

Group commit (DeWitt et al., "Implementation techniques for main memory database systems", 1984):
while one group is being committed the next one gathers, so that nobody waits for company, and the
price of a transaction is shared by however many need it by then.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Hashable, Sequence
from typing import Generic, TypeVar

Item = TypeVar("Item")
Answer = TypeVar("Answer")
Waiting = tuple[Item, asyncio.Future[Answer]]


class Together(Generic[Item, Answer]):
    """Calls of one coroutine, made in groups; everything happens on one event loop.

    `work` gets up to `most` items and returns their answers in the same order; an exception among
    them is raised for its item. Up to `lanes` groups are at work at the same time. Items with the
    same `key` never share a group. What `work` raises goes to all of its group if `shared` says
    that it concerns them all; else each item is tried alone, so that one which cannot be stored
    takes none with it.
    """

    def __init__(
        self,
        work: Callable[[Sequence[Item]], Awaitable[Sequence[Answer | Exception]]],
        *,
        key: Callable[[Item], Hashable],
        shared: Callable[[Exception], bool],
        most: int = 200,
        lanes: int = 2,
    ) -> None:
        self._work = work
        self._key = key
        self._shared = shared
        self._most = most
        self._free = lanes
        self._waiting: deque[Waiting[Item, Answer]] = deque()
        self._groups: set[asyncio.Task[None]] = set()

    async def __call__(self, item: Item) -> Answer:
        """The answer to this item; what `work` raises for it."""
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Answer] = loop.create_future()
        self._waiting.append((item, answer))
        if self._free:
            # Not at once: whoever comes in the same turn of the loop comes along.
            loop.call_soon(self._set_off)
        return await answer

    def _set_off(self) -> None:
        while self._waiting and self._free:
            self._free -= 1
            group = asyncio.get_running_loop().create_task(self._carry(self._gathered()))
            self._groups.add(group)
            group.add_done_callback(self._groups.discard)

    def _gathered(self) -> list[Waiting[Item, Answer]]:
        """The next group, in the order of arrival."""
        group: dict[Hashable, Waiting[Item, Answer]] = {}
        later: list[Waiting[Item, Answer]] = []
        while self._waiting and len(group) < self._most:
            waiting = self._waiting.popleft()
            if group.setdefault(self._key(waiting[0]), waiting) is not waiting:
                later.append(waiting)
        self._waiting.extendleft(reversed(later))
        return list(group.values())

    async def _carry(self, group: Sequence[Waiting[Item, Answer]]) -> None:
        try:
            await self._answer(group)
        finally:
            self._free += 1
            self._set_off()

    async def _answer(self, group: Sequence[Waiting[Item, Answer]]) -> None:
        try:
            answers: Sequence[Answer | Exception] = await self._work([item for item, _ in group])
        except Exception as error:
            if len(group) > 1 and not self._shared(error):
                for waiting in group:
                    await self._answer([waiting])
                return
            answers = [error] * len(group)
        for (_, future), answer in zip(group, answers, strict=True):
            _tell(future, answer)


def _tell(future: asyncio.Future[Answer], answer: Answer | Exception) -> None:
    # Whoever asked may have been cancelled meanwhile.
    if future.done():
        return
    if isinstance(answer, Exception):
        future.set_exception(answer)
    else:
        future.set_result(answer)
