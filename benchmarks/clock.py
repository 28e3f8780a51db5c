"""Waiting, finer than the product needs it."""

import time
from collections.abc import Iterator


def ticks(step: float, until: float) -> Iterator[float]:
    """The wall clock every `step` seconds, up to `until`."""
    while (now := time.time()) < until:
        yield now
        time.sleep(step)


def sleep_until(instant: float) -> None:
    """Return at that time of the wall clock, at once if it has passed."""
    time.sleep(max(instant - time.time(), 0.0))
