"""Python's garbage collector in processes that have loaded much and make many objects."""

import gc

HARDLY_A_CYCLE = 50_000
# What web.py cannot let go: tens of thousands of objects at once would hold up all requests.
CYCLES = 1000


def spare(new_objects: int = HARDLY_A_CYCLE) -> None:
    """What is loaded by now stays: the collector need not go through it again and again.

    It looks for cycles after so many `new_objects`. Looking for them took more than a tenth of a
    beat's batch, and of a crowd of agent runs.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(new_objects, 20, 100)
