"""Claim and heartbeat: how a worker takes executions and keeps them.

After its insert an execution's state is written here, in outcomes.py, refusals.py,
cancellation.py and approvals.py, and nowhere else.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from django.conf import settings
from django.db import transaction

from agents.parking import Resumed
from schedules import approvals, attempts, db, refusals, reservations
from schedules.states import State, sources
from schedules.stops import MAY_START, NOT_STOPPED


@dataclass(frozen=True)
class Claimed:
    """An execution that this worker holds, with all that its run needs."""

    id: UUID
    attempt: int
    failures: int
    max_attempts: int
    retry_backoff_seconds: int
    timeout_seconds: int
    owner_id: int
    agent_id: int | None
    command: str
    trigger: str
    started_at: datetime
    schedule_id: int | None
    former_schedule_id: int | None
    """Whose run it is, once that schedule is deleted."""
    timezone: str
    transaction: str
    """By which PostgreSQL can tell whether the claim is still being committed."""
    agent_task_id: UUID | None = None
    max_tokens: int | None = None
    """What its budgets let it spend, input and output together; None where none limits it."""
    max_cost: Decimal | None = None
    """The same in US dollars."""
    resumed: Resumed | None = None
    """What it goes on from, if its last attempt was parked."""


# By the clock, as a claim under budgets may have waited for its locks: a lease that began with the
# transaction could be over before it is known.
# SKIP LOCKED: a row that somebody is writing to right now is about to be theirs, or
# cancelled; the ledger publishes it again should it stay free.
CLAIM = f"""
WITH free AS (
    SELECT id, clock_timestamp() AS at FROM schedules_execution
    WHERE id = ANY(%(ids)s::uuid[]) AND {MAY_START}
    ORDER BY id FOR UPDATE SKIP LOCKED)
UPDATE schedules_execution e
SET state = %(running)s, attempt = attempt + 1, worker = %(worker)s, publish_at = NULL,
    started_at = free.at, first_started_at = coalesce(first_started_at, free.at),
    lease_until = free.at + make_interval(secs => %(lease)s),
    deadline_at = free.at + make_interval(secs => timeout_seconds::float8 + %(lease)s)
FROM free WHERE e.id = free.id
RETURNING e.id, e.attempt, e.failures, e.max_attempts, e.retry_backoff_seconds,
    e.timeout_seconds, e.owner_id, e.agent_id, e.command, e.trigger, e.started_at,
    e.schedule_id, e.former_schedule_id,
    coalesce((SELECT s.timezone FROM schedules_schedule s WHERE s.id = e.schedule_id), 'UTC'),
    pg_current_xact_id()::text
"""


@transaction.atomic
def claim(ids: Sequence[UUID], worker: str) -> list[Claimed]:
    """Take those of `ids` that are free; the others have gone to somebody else.

    Each gets the next attempt number, which fences every later write, a lease of
    LEASE_SECONDS, and an agent task of its own. What budgets cannot afford is skipped instead.
    A transaction makes one call, and first of all: budgets lock schedules.
    """
    reserved = reservations.reserve(ids)
    rows = db.fetch(
        CLAIM,
        {
            "ids": reserved.ids,
            "free": [state.value for state in sources(State.RUNNING)],
            "running": State.RUNNING.value,
            "worker": worker,
            "lease": settings.LEASE_SECONDS,
        },
    )
    refusals.carry_out(reserved.decided.values())
    claimed = _resumed([_within(reserved, Claimed(*row)) for row in rows])
    tasks = attempts.begin(claimed, worker)
    return [replace(c, agent_task_id=tasks[c.id]) for c in claimed]


def _within(reserved: reservations.Reserved, claimed: Claimed) -> Claimed:
    """The claim with the limits that its budgets set to it."""
    if claimed.id not in reserved.decided:
        return claimed
    decision = reserved.decided[claimed.id].decision
    return replace(claimed, max_tokens=decision.max_tokens, max_cost=decision.max_cost)


def _resumed(claimed: list[Claimed]) -> list[Claimed]:
    """Those that were parked with what they go on from."""
    parked = approvals.take([(c.id, c.attempt) for c in claimed])
    return [replace(c, resumed=parked.get(c.id)) for c in claimed] if parked else claimed


STANDS = """
SELECT EXISTS (SELECT FROM schedules_execution WHERE id = %s AND attempt = %s AND worker = %s
               AND started_at = %s AND state = 'running')
"""


def stands(claimed: Claimed, worker: str) -> bool | None:
    """Whether this very claim is on the ledger, if its answer was lost; None: not known yet.

    The attempt's number does not tell: if a crash has undone the claim, the next one gets the
    same number. Its time and its worker do.
    """
    if db.goes_on(claimed.transaction):
        return None
    facts = (claimed.id, claimed.attempt, worker, claimed.started_at)
    return bool(db.fetch(STANDS, facts)[0][0])


# SKIP LOCKED: one row that somebody holds must not cost all other runs of the process their leases.
HEARTBEAT = f"""
WITH held AS (SELECT * FROM unnest(%s::uuid[], %s::int[]) AS held(id, attempt)),
mine AS (
    SELECT e.id FROM schedules_execution e
    JOIN held ON e.id = held.id AND e.attempt = held.attempt
    WHERE e.state = %s ORDER BY e.id FOR UPDATE OF e SKIP LOCKED),
renewed AS (
    UPDATE schedules_execution e SET lease_until = until,
        deadline_at = CASE WHEN e.id = ANY(%s::uuid[]) THEN greatest(deadline_at, until)
                           ELSE deadline_at END
    FROM mine, (SELECT now() + make_interval(secs => %s)) AS lease(until) WHERE e.id = mine.id
    RETURNING e.id, CASE WHEN e.cancel_requested_at IS NOT NULL THEN 'cancel'
                         WHEN {NOT_STOPPED} THEN 'go on' ELSE 'halt' END)
SELECT * FROM renewed
UNION ALL
SELECT e.id, 'wait' FROM schedules_execution e
JOIN held ON e.id = held.id AND e.attempt = held.attempt
WHERE e.state = %s AND e.id NOT IN (SELECT id FROM mine)
"""


class Verdict(StrEnum):
    """What a worker is to do with a run that is still its own."""

    GO_ON = "go on"
    CANCEL = "cancel"
    # A stop stands: the run starts again when that is lifted.
    HALT = "halt"
    # Somebody holds its row: its lease is as it was.
    WAIT = "wait"


def heartbeat(held: Mapping[UUID, int], over: Sequence[UUID] = ()) -> dict[UUID, Verdict]:
    """Extend the leases of all runs of a process: execution id to attempt number.

    Those that are `over` wait for their outcome to be recorded, as long as somebody holds their
    schedule: they are not stuck, so their deadlines follow.
    Returns those that are still this process's. A run that is not among them belongs to
    somebody else: stop it. The lease of one that shall wait is not extended.
    """
    if not held:
        return {}
    rows = db.fetch(
        HEARTBEAT,
        (
            *(list(held), list(held.values()), State.RUNNING.value),
            *(list(over), settings.LEASE_SECONDS, State.RUNNING.value),
        ),
    )
    return {execution: Verdict(verdict) for execution, verdict in rows}
