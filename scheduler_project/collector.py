"""Python's garbage collector in processes that make many objects and hardly a cycle."""

import gc


def spare() -> None:
    """What is loaded by now stays: the collector need not go through it again and again.

    Looking for cycles took more than a tenth of a beat's batch, and of a crowd of agent runs.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
