"""Runs that wait for a decision: parked, taken up again, expired, withdrawn.

One of the writers of an execution's state (see claims.py). Lock order: executions, then
what they are parked with.
"""

import json
import logging
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from uuid import UUID

from django.conf import settings
from django.db import transaction

from agents.parking import Parked, Resumed
from schedules import broker, db
from schedules.conclusions import Conclusion
from schedules.models import Approval, Notification

logger = logging.getLogger(__name__)

BATCH = 1000
NOBODY = "Nobody approved this call in time."
DENIED = "The call was denied."

PARK = """
WITH parked AS (
    INSERT INTO schedules_parking (execution_id, attempt, messages, expires_at)
    SELECT e.id, e.attempt, new.messages, now() + make_interval(secs => %s)
    FROM unnest(%s::uuid[], %s::bytea[]) AS new(id, messages)
    JOIN schedules_execution e ON e.id = new.id
    RETURNING id, execution_id),
asked AS (
    INSERT INTO schedules_approval (owner_id, parking_id, call_id, tool, arguments)
    SELECT e.owner_id, p.id, call.id, call.tool, call.arguments
    FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::jsonb[])
        AS call(execution_id, id, tool, arguments)
    JOIN parked p USING (execution_id) JOIN schedules_execution e ON e.id = p.execution_id)
INSERT INTO schedules_notification (owner_id, schedule_id, kind, message)
SELECT e.owner_id, e.schedule_id, %s,
    coalesce('"' || nullif(e.schedule_name, '') || '": ', '') || e.reason
FROM parked p JOIN schedules_execution e ON e.id = p.execution_id
"""


def park(parked: Mapping[UUID, Parked]) -> None:
    """Keep what these executions, just made to wait, go on from; ask and tell their owners."""
    if parked:
        messages = [(id, run.messages) for id, run in parked.items()]
        calls = [
            (id, call.id, call.tool, json.dumps(call.arguments))
            for id, run in parked.items()
            for call in run.calls
        ]
        kind = Notification.Kind.APPROVAL_NEEDED.value
        wait = settings.APPROVAL_SECONDS
        db.fetch(PARK, (wait, *db.columns(messages, 2), *db.columns(calls, 4), kind))


# For one attempt: the one after that begins anew, and asks again. Who has approved a call has
# approved one.
TAKE = """
SELECT p.execution_id, p.messages, (
    SELECT jsonb_agg(jsonb_build_array(a.call_id, a.state, a.note))
    FROM schedules_approval a WHERE a.parking_id = p.id)
FROM unnest(%s::uuid[], %s::int[]) AS claimed(id, attempt)
JOIN schedules_parking p ON p.execution_id = claimed.id AND p.attempt = claimed.attempt - 1
WHERE p.messages IS NOT NULL
"""


def take(claimed: Sequence[tuple[UUID, int]]) -> dict[UUID, Resumed]:
    """What these executions, just claimed with these attempts, go on from, if they were parked."""
    later = [(id, attempt) for id, attempt in claimed if attempt > 1]
    if not later:
        return {}
    rows = db.fetch(TAKE, db.columns(later, 2))
    return {id: Resumed(bytes(messages), _answers(calls)) for id, messages, calls in rows}


# An attempt that was handed back before it had done anything leaves the next one all it had.
AGAIN = """
UPDATE schedules_parking p SET attempt = untouched.attempt
FROM unnest(%s::uuid[], %s::int[]) AS untouched(id, attempt)
WHERE p.execution_id = untouched.id AND p.attempt = untouched.attempt - 1
"""
USED = """
UPDATE schedules_parking p SET messages = NULL
FROM unnest(%s::uuid[], %s::int[]) AS ended(id, attempt)
WHERE p.execution_id = ended.id AND p.attempt = ended.attempt - 1 AND p.messages IS NOT NULL
"""


def used(ended: Iterable[Conclusion]) -> None:
    """What these attempts, just ended, went on from is not needed any more, or once again."""
    resumed = [c for c in ended if c.attempt > 1]
    for statement, untouched in ((AGAIN, True), (USED, False)):
        rows = [(c.execution_id, c.attempt) for c in resumed if c.untouched == untouched]
        if rows:
            db.fetch(statement, db.columns(rows, 2))


def _answers(calls: str | list[list[str]]) -> dict[str, str | None]:
    # Without Django's own decoder a JSON column arrives as text.
    rows: list[list[str]] = json.loads(calls) if isinstance(calls, str) else calls
    return {call: _denial(state, note) for call, state, note in rows}


def _denial(state: str, note: str) -> str | None:
    """What the model is told instead of the call's result; None where it is approved."""
    if state == Approval.State.APPROVED:
        return None
    return NOBODY if state == Approval.State.EXPIRED else f"{DENIED} {note}".rstrip()


# The execution's row stands between two who decide its last two calls.
LOCK = """
SELECT a.id, e.id FROM schedules_execution e
JOIN schedules_parking p ON p.execution_id = e.id AND p.attempt = e.attempt
JOIN schedules_approval a ON a.parking_id = p.id
WHERE a.id = ANY(%s) AND e.state = 'waiting' ORDER BY e.id FOR UPDATE OF e
"""
DECIDE = """
UPDATE schedules_approval SET state = %s, note = %s, decided_by = %s, decided_at = now()
WHERE id = ANY(%s) AND state = 'waiting' RETURNING id
"""


@transaction.atomic
def decide(approval_ids: Sequence[int], state: str, note: str, by: str) -> set[int]:
    """Write a decision; for which of them: of the others nothing is to be decided any more.

    The last one of an execution lets it go on.
    """
    locked: dict[int, UUID] = dict(db.fetch(LOCK, (list(approval_ids),)))
    decided = {id for (id,) in db.fetch(DECIDE, (state, note, by, list(locked)))}
    if decided:
        _resume([locked[id] for id in decided])
    return decided


EXPIRED = """
SELECT p.id, e.id FROM schedules_parking p
JOIN schedules_execution e ON e.id = p.execution_id AND e.attempt = p.attempt
WHERE p.expires_at <= now() AND e.state = 'waiting'
ORDER BY p.expires_at LIMIT %s FOR UPDATE OF e SKIP LOCKED
"""
EXPIRE = """
UPDATE schedules_approval SET state = 'expired', decided_at = now()
WHERE parking_id = ANY(%s) AND state = 'waiting'
"""


@transaction.atomic
def expire() -> int:
    """Deny what nobody has decided in time; returns how many executions go on."""
    rows = db.fetch(EXPIRED, (BATCH,))
    if rows:
        db.fetch(EXPIRE, ([parking for parking, _ in rows],))
        _resume([execution for _, execution in rows])
        logger.info("%d runs go on, as nobody has decided in time", len(rows))
    return len(rows)


RESUME = """
WITH ready AS (
    UPDATE schedules_execution e
    SET state = 'pending', reason = '', not_before = now(),
        publish_at = now() + make_interval(secs => %s)
    WHERE e.id = ANY(%s::uuid[]) AND e.state = 'waiting' AND NOT EXISTS (
        SELECT FROM schedules_parking p JOIN schedules_approval a ON a.parking_id = p.id
        WHERE p.execution_id = e.id AND p.attempt = e.attempt AND a.state = 'waiting')
    RETURNING e.id, e.attempt)
UPDATE schedules_parking p SET expires_at = NULL
FROM ready WHERE p.execution_id = ready.id AND p.attempt = ready.attempt
RETURNING ready.id
"""


def _resume(executions: Sequence[UUID]) -> None:
    """Let those of which all is decided go on; the caller holds their row locks."""
    rows = db.fetch(RESUME, (settings.REPUBLISH_SECONDS, list(executions)))
    if rows:
        transaction.on_commit(partial(broker.publish, [id for (id,) in rows]))


WITHDRAW = """
WITH gone AS (
    UPDATE schedules_parking SET messages = NULL, expires_at = NULL
    WHERE execution_id = ANY(%s::uuid[]) AND messages IS NOT NULL
    RETURNING id)
UPDATE schedules_approval a SET state = 'withdrawn', decided_at = now()
FROM gone WHERE a.parking_id = gone.id AND a.state = 'waiting'
"""


def withdraw(executions: Sequence[UUID]) -> None:
    """Nothing is asked any more for executions that have just ended; nothing of them goes on."""
    if executions:
        db.fetch(WITHDRAW, (list(executions),))
