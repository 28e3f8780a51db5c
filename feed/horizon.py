"""Up to which number the feed is settled: nothing can come in at or below it any more.

Numbers are given out in one order and committed in another: a transaction may commit number 9
after somebody has seen another one's 10. Who reads "after 10" from then on would never see it.

A look is one statement, so one snapshot. What it saw as the newest number is settled when

- no number is missing between the last settled one and that (a number that is never committed, as
  its transaction was rolled back, or that retention has deleted, only makes it wait for the next
  rule), or
- every transaction has ended that was writing changes at the time of the look. Whoever holds a
  lower number was: it locks the table before it takes a number, until all others can see what it
  has committed (https://www.postgresql.org/docs/current/explicit-locking.html). The oldest id of
  all transactions at work would be waited for longer: a server has one sequence of these for all
  its databases, so that anybody's long transaction would hold up the feed.

and when all that is there up to it is on the disk, what came after the look included: dispatch
commits without waiting for it, and a crash that undoes such changes gives their numbers out again,
for others.

One that stays open for PATIENCE_SECONDS holds up nobody any longer: changes that it commits later
are in the database, but those who follow the feed may not be told of them.
"""

from dataclasses import dataclass, replace

PATIENCE_SECONDS = 30.0
# What belongs to no commit is written to the disk with the next one, whenever that is.
FLUSHED_WITHIN_SECONDS = 1.0


@dataclass(frozen=True)
class Look:
    """What one statement found; `at` is a time in seconds, on any clock that only goes forward."""

    newest: int
    # Whether nothing can come in up to `newest`: each number from the last settled one is there.
    complete: bool
    # The transactions that have written changes, or are about to.
    writers: frozenset[str]
    # Positions in the log of writes: what the snapshot shows was written before the one, and all
    # before the other is on the disk.
    written: int
    flushed: int
    at: float


class Horizon:
    """What a process knows of it: `at` is the last settled number, None before it is known."""

    def __init__(self) -> None:
        self.at: int | None = None
        self.needs_flush = False
        """Whether only the disk is waited for, and for longer than commits take to get there."""
        self._waiting: Look | None = None

    def take(self, look: Look) -> None:
        """Learn from a look; looks come in the order in which they were made."""
        look = _completed(look, look)
        waiting = self._waiting and _completed(self._waiting, look)
        self._waiting = None
        if _settled(look, look):
            self.at = max(look.newest, self.at or 0)
        elif waiting is None:
            self._waiting = look
        elif _settled(waiting, look):
            self.at, self._waiting = max(waiting.newest, self.at or 0), look
        else:
            # A complete one waits for the disk only.
            better = look.complete and not waiting.complete
            self._waiting = look if better else waiting
        self.needs_flush = self._waiting is not None and _is_late(self._waiting, look)


def _completed(look: Look, later: Look) -> Look:
    """The look, complete once all who were writing have ended; they may have written since."""
    if look.complete or look.writers & later.writers:
        return look
    return replace(look, complete=True, written=later.written)


def _is_late(look: Look, later: Look) -> bool:
    """Whether what is complete should be on the disk by the time of another look."""
    return look.complete and later.at - look.at >= FLUSHED_WITHIN_SECONDS


def _settled(look: Look, later: Look) -> bool:
    """Whether what a look saw is settled by the time of another."""
    on_disk = later.flushed >= look.written
    return (look.complete and on_disk) or later.at - look.at >= PATIENCE_SECONDS
