"""Many who do the same at the same moment, each with a connection of their own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

from django.db import connections

T = TypeVar("T")


def at_once(times: int, act: Callable[[], T]) -> list[T]:
    """What each of them got."""
    together = Barrier(times)

    def one(_: int) -> T:
        try:
            together.wait()
            return act()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(times) as threads:
        return list(threads.map(one, range(times)))
