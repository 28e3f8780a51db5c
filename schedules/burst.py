"""Many schedules due at once: one beat dispatches them on two connections.

PostgreSQL and Python take turns within a batch; side by side, two batches keep both busy.
"""

import time
from concurrent.futures import ThreadPoolExecutor

from django.db import close_old_connections

from schedules import dispatch

# Few, so that the first of a crowd are on the queue at once.
FIRST_BATCH = 100
# So long at most: then beat looks at its other work.
LONGEST_SECONDS = 0.5


class Burst:
    """Batches of due schedules until none is left, with a helping thread from the second on.

    Thread and connection end with the process: an impatient signal may interrupt any line here.
    """

    def __init__(self) -> None:
        self._helper = ThreadPoolExecutor(1, thread_name_prefix="dispatch")

    def dispatch(self) -> int:
        """Dispatch what is due, for about half a second at most; returns how many were due."""
        few = min(FIRST_BATCH, dispatch.batch_size())
        first = dispatch.tick(few)
        if first < few:
            return first
        until = time.monotonic() + LONGEST_SECONDS
        helping = self._helper.submit(_help, until)
        return first + _batches(until) + helping.result()


def _help(until: float) -> int:
    close_old_connections()
    return _batches(until)


def _batches(until: float) -> int:
    """Batch after batch; returns how many schedules were due in them."""
    done = 0
    while time.monotonic() < until:
        due = dispatch.tick()
        done += due
        if due < dispatch.batch_size():
            break
    return done
