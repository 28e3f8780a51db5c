"""Waiting, finer than the product needs it."""

import time
from collections.abc import Iterator


def ticks(step: float, until: float) -> Iterator[float]:
    """The wall clock every `step` seconds, up to `until` and not longer.

    For looking at other programs, which send no events: a queue's length, a process's life.
    """
    while (now := time.time()) < until:
        yield now
        sleep_until(min(time.time() + step, until))


def sleep_until(instant: float) -> None:
    """Return at that time of the wall clock, which is what is awaited; at once if it has passed."""
    time.sleep(max(instant - time.time(), 0.0))
