"""Pure: when a delivery is tried again, and when a hook is switched off."""

from datetime import datetime, timedelta
from typing import NamedTuple

# With eight attempts the last one is sent about a day after the first.
MOST_ATTEMPTS = 8
FIRST_WAIT = timedelta(seconds=20)
GROWTH = 5
LONGEST_WAIT = timedelta(hours=10)
# Of a wait, so much at most is taken away at random: what failed together is not repeated together.
SPREAD = 0.2
# A busy hook fails twenty times in a minute: it is not switched off for what a night's maintenance,
# or the time until somebody reads their mail, explains.
OFF_AFTER = timedelta(hours=6)


def next_attempt(
    *, failures: int, now: datetime, asked: float | None, chance: float
) -> datetime | None:
    """When to send a delivery again that has failed so often; None: not any more.

    `asked` are the seconds of the receiver's Retry-After: it is not asked earlier, but none puts a
    delivery off for longer than LONGEST_WAIT. `chance` is a random number in [0, 1).
    """
    if failures >= MOST_ATTEMPTS:
        return None
    wait = min(FIRST_WAIT * GROWTH ** min(failures - 1, 20), LONGEST_WAIT) * (1 - SPREAD * chance)
    longest = LONGEST_WAIT.total_seconds()
    return now + max(wait, timedelta(seconds=min(asked or 0.0, longest)))


class Health(NamedTuple):
    """How a hook does: attempts that have failed since the last that did not, and since when."""

    failures: int
    since: datetime | None
    reason: str = ""
    """Why it is to be switched off; empty: it is not."""


WELL = Health(0, None)


def health_after(
    health: Health, *, delivered: bool, gone: bool, now: datetime, most: int
) -> Health:
    """How a hook does after one more attempt; `gone`: its receiver said so (410).

    It is switched off at once when its receiver is gone, otherwise after `most` failures in a row,
    if they have gone on for OFF_AFTER.
    """
    if delivered:
        return WELL
    since, failures = health.since or now, health.failures + 1
    if gone:
        return Health(failures, since, "Its receiver answered 410: it is gone.")
    if failures < most or now - since < OFF_AFTER:
        return Health(failures, since)
    hours = (now - since) // timedelta(hours=1)
    return Health(failures, since, f"Its last {failures:,} attempts failed, for {hours} hours.")
