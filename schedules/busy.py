"""What could not be written because somebody holds a row: told apart from what is over.

No claim and no outcome waits for the row of a schedule, an execution or a budget, as whoever
shares its transaction would wait as well, with locks of their own that keep beats out. It leaves
what it cannot lock; these questions find that again, and are asked only if something is missing.
What a run writes by itself gives up all of its transaction instead.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from uuid import UUID

from django.db import DatabaseError, transaction

from scheduler_project.errors import sqlstate
from schedules import db
from schedules.conclusions import Conclusion
from schedules.states import State, sources
from schedules.stops import MAY_START


class Busy(Exception):  # noqa: N818
    """Somebody holds a row that this needs: try again soon."""


# In milliseconds; 0 would be for ever. Of rows, advisory locks and what foreign keys look at alike.
NO_WAIT = "SET LOCAL lock_timeout = 1"
LOCK_NOT_AVAILABLE = "55P03"


@contextmanager
def without_waiting() -> Iterator[None]:
    """A transaction that waits for no lock: where somebody has one, it is undone, and Busy."""
    try:
        with transaction.atomic():
            db.fetch(NO_WAIT)
            yield
    except DatabaseError as error:
        if sqlstate(error) == LOCK_NOT_AVAILABLE:
            raise Busy from error
        raise


CLAIMABLE = f"SELECT id FROM schedules_execution WHERE id = ANY(%(ids)s::uuid[]) AND {MAY_START}"


def claimable(ids: Sequence[UUID]) -> list[UUID]:
    """Those of `ids` that a claim has left although they could start; most often there is none.

    Also those that somebody else is just claiming: the next try finds them gone.
    """
    free = [state.value for state in sources(State.RUNNING)]
    return [id for (id,) in db.fetch(CLAIMABLE, {"ids": list(ids), "free": free})] if ids else []


UNFINISHED = """
SELECT e.id FROM schedules_execution e
JOIN unnest(%s::uuid[], %s::int[]) AS held(id, attempt) ON e.id = held.id
WHERE e.attempt = held.attempt AND e.state = 'running'
"""


def unfinished(conclusions: Sequence[Conclusion]) -> set[UUID]:
    """Those whose attempt is the current one and still runs, although a finish has been tried."""
    attempts = [(c.execution_id, c.attempt) for c in conclusions]
    return {id for (id,) in db.fetch(UNFINISHED, db.columns(attempts, 2))} if attempts else set()


# Whoever held its row mostly does not any more. The ledger's own wait is for lost messages, and
# grows with the age of an execution, for queues that are merely long.
PUT_OFF_SECONDS = 1
PUT_OFF = """
UPDATE schedules_execution SET publish_at = least(publish_at, now() + make_interval(secs => %s))
WHERE id IN (SELECT id FROM schedules_execution WHERE id = ANY(%s::uuid[]) AND state = 'pending'
               AND publish_at IS NOT NULL FOR UPDATE SKIP LOCKED)
"""


def put_off(ids: Sequence[UUID]) -> None:
    """Have those of `ids` that are still pending published again soon."""
    if ids:
        db.fetch(PUT_OFF, (PUT_OFF_SECONDS, list(ids)))
