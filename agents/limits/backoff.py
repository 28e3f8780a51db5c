"""Pure: what a 429 means for all workers, and for the run that got it, and how long to wait.

Times are in seconds.
"""

# Of one call. A provider that still refuses needs a lower MODEL_LIMITS, not more requests.
MAX_TRIES = 4
# All workers are held back for so long at most, whatever a provider says: after it a call or two
# find out whether that still holds. A mistaken answer costs ten minutes, a right one costs the
# provider a request in ten minutes.
MAX_PAUSE_SECONDS = 600.0
# Where the provider does not say how long.
FIRST_PAUSE_SECONDS = 1.0
# How much later than asked runs begin again, at random, so that they do not all come at once.
SPREAD = 0.25


def pause(asked: float | None, tries: int, chance: float) -> float:
    """How long no worker asks the model after the `tries`-th 429 of a call, or a run after a 5xx.

    What the provider has asked for; otherwise, and if that is nothing, a second, twice as long
    with each try, of which up to half is left off by `chance` (0 to 1).
    """
    if asked:
        return min(asked, MAX_PAUSE_SECONDS)
    return min(FIRST_PAUSE_SECONDS * 2 ** (tries - 1) * (1 - chance / 2), MAX_PAUSE_SECONDS)


def wait(seconds: float, tries: int, left: float, chance: float) -> float | None:
    """How long a run waits that was told to wait for `seconds`; None if it had better not.

    It does not if it has tried often enough, or if no time would be `left` of what it has.
    """
    waiting = seconds * (1 + SPREAD * chance)
    return waiting if tries < MAX_TRIES and waiting < left else None
