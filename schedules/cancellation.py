"""Cancel: executions that have not started end at once, running ones are asked to stop.

One of the writers of an execution's state (see claims.py). Callers that pass schedules
hold those schedules' row locks.
"""

from collections.abc import Sequence
from uuid import UUID

from schedules import approvals, db, prepared_tasks
from schedules.states import ACTIVE, State

STARTED = (State.RUNNING, State.WAITING)
# A running one ends when its worker sees the request, at its next heartbeat.
CANCEL = """
WITH chosen AS (
    SELECT id FROM schedules_execution
    WHERE (id = ANY(%(executions)s::uuid[]) OR schedule_id = ANY(%(schedules)s::bigint[]))
      AND state = ANY(%(states)s)
    ORDER BY id FOR UPDATE)
UPDATE schedules_execution e
SET cancel_requested_at = coalesce(cancel_requested_at, now()), reason = %(reason)s,
    state = CASE WHEN state = %(running)s THEN state ELSE %(cancelled)s END,
    finished_at = CASE WHEN state = %(running)s THEN NULL ELSE now() END,
    publish_at = NULL
FROM chosen WHERE e.id = chosen.id
RETURNING e.id, e.state, e.attempt
"""


def cancel(
    *,
    reason: str,
    executions: Sequence[UUID] = (),
    schedules: Sequence[int] = (),
    running_too: bool = True,
) -> int:
    """Cancel these executions and all active ones of these schedules; returns how many.

    `reason` is what the ledger will say. With `running_too` off, what has started is
    left to finish, also where it waits for somebody's decision.
    """
    states = [s.value for s in ACTIVE if running_too or s not in STARTED]
    rows = db.fetch(
        CANCEL,
        {
            "executions": list(executions),
            "schedules": list(schedules),
            "states": states,
            "reason": reason[:200],
            "running": State.RUNNING.value,
            "cancelled": State.CANCELLED.value,
        },
    )
    cancelled = {id: attempt for id, state, attempt in rows if state == State.CANCELLED}
    prepared_tasks.end(dict.fromkeys(cancelled, reason), State.CANCELLED, "cancelled")
    approvals.withdraw([id for id, attempt in cancelled.items() if attempt])
    return len(rows)
