"""Items share a group, in order; what concerns one of them concerns no other."""

import asyncio
from collections.abc import Callable, Sequence

import pytest

from schedules.together import Together


class Shared(Exception):  # noqa: N818
    """Concerns all of a group."""


class Database:
    """Answers each item with its double; the first group is held up until it is released."""

    def __init__(self) -> None:
        self.groups: list[list[int]] = []
        self.begun = asyncio.Event()
        self.released = asyncio.Event()
        self.broken: Callable[[Sequence[int]], Exception | None] = lambda group: None

    async def work(self, group: Sequence[int]) -> list[int]:
        self.groups.append(list(group))
        self.begun.set()
        await self.released.wait()
        if error := self.broken(group):
            raise error
        return [2 * item for item in group]

    def together(self, lanes: int = 1, most: int = 3) -> Together[int, int]:
        return Together(
            self.work,
            key=lambda item: item % 100,
            shared=lambda error: isinstance(error, Shared),
            lanes=lanes,
            most=most,
        )


async def gathered(
    database: Database, together: Together[int, int], *items: int
) -> list[int | BaseException]:
    """The answers to a first item, and to others that come while it is under way."""
    first = asyncio.create_task(together(items[0]))
    await database.begun.wait()
    others = [asyncio.create_task(together(item)) for item in items[1:]]
    await asyncio.sleep(0)
    database.released.set()
    return await asyncio.gather(first, *others, return_exceptions=True)


def test_those_that_come_meanwhile_go_together_in_their_order() -> None:
    async def scene() -> None:
        database = Database()
        assert await gathered(database, database.together(), 1, 2, 3, 4, 5) == [2, 4, 6, 8, 10]
        assert database.groups == [[1], [2, 3, 4], [5]]

    asyncio.run(scene())


def test_those_that_come_at_once_share_the_first_group() -> None:
    async def scene() -> None:
        database = Database()
        database.released.set()
        together = database.together()
        assert await asyncio.gather(together(1), together(2)) == [2, 4]
        assert database.groups == [[1, 2]]

    asyncio.run(scene())


def test_one_key_is_never_twice_in_a_group() -> None:
    async def scene() -> None:
        database = Database()
        assert await gathered(database, database.together(), 1, 2, 102, 3) == [2, 4, 204, 6]
        assert database.groups == [[1], [2, 3], [102]]

    asyncio.run(scene())


def test_no_more_groups_are_under_way_than_there_are_lanes() -> None:
    async def scene() -> None:
        database = Database()
        together = database.together(lanes=2, most=1)
        asked = [asyncio.create_task(together(item)) for item in (1, 2, 3)]
        await database.begun.wait()
        await asyncio.sleep(0)
        assert database.groups == [[1], [2]]
        database.released.set()
        assert await asyncio.gather(*asked) == [2, 4, 6]

    asyncio.run(scene())


def test_what_one_of_them_breaks_takes_no_other_with_it() -> None:
    async def scene() -> None:
        database = Database()
        database.broken = lambda group: ValueError("3") if 3 in group else None
        answers = await gathered(database, database.together(), 1, 2, 3, 4)
        assert answers[:2] == [2, 4]
        assert isinstance(answers[2], ValueError)
        assert answers[3] == 8

    asyncio.run(scene())


def test_what_concerns_all_is_told_to_all_and_not_tried_again() -> None:
    async def scene() -> None:
        database = Database()
        database.broken = lambda group: Shared() if 3 in group else None
        answers = await gathered(database, database.together(), 1, 2, 3)
        assert [type(answer) for answer in answers] == [int, Shared, Shared]
        assert database.groups == [[1], [2, 3]]

    asyncio.run(scene())


def test_whoever_no_longer_waits_is_not_answered() -> None:
    async def scene() -> None:
        database = Database()
        together = database.together()
        gone = asyncio.create_task(together(1))
        await database.begun.wait()
        other = asyncio.create_task(together(2))
        gone.cancel()
        database.released.set()
        assert await other == 4
        with pytest.raises(asyncio.CancelledError):
            await gone

    asyncio.run(scene())
