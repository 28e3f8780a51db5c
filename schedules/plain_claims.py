"""Claims on plain periodic tasks: a lease with the id that the message will have.

A beat that dies in between, or finds the broker down, leaves the claim behind: when the
lease is over the same message goes out again, under the same id.

No statement here waits for a row: users' writes lock a PeriodicTask and then, by a
trigger, its PlainTask, many in any order; whoever never waits is in no deadlock, and no
forgotten transaction can hold up beat. What is locked is left for the next time.
"""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID, uuid4

from celery import Celery
from django.db import transaction
from django_celery_beat.models import PeriodicTask
from django_celery_beat.schedulers import ModelEntry

from schedules import db
from schedules.plain_entry import judge

logger = logging.getLogger(__name__)

# Celery's producer takes about half a millisecond for each.
BATCH = 100
LEASE = timedelta(seconds=15)
PUT_OFF = timedelta(seconds=1)
UNREADABLE_AGAIN = timedelta(minutes=5)


class Claim(NamedTuple):
    """A message to send now; `next_due` is when to look at its task after that.

    `due_at` is the end of the lease; the message counts as sent at `claimed_at`.
    """

    periodic_task_id: int
    due_at: datetime
    sending: UUID
    next_due: datetime
    claimed_at: datetime
    entry: ModelEntry


class Look(NamedTuple):
    """A task that is not sent now; `disabled` is the run count that a switched off one keeps."""

    periodic_task_id: int
    due_at: datetime | None
    sending: None = None
    disabled: int | None = None


LOCK = """
SELECT p.periodic_task_id, p.sending, p.changed, now()
FROM schedules_plaintask p JOIN django_celery_beat_periodictask t ON t.id = p.periodic_task_id
WHERE p.due_at <= now() ORDER BY p.due_at LIMIT %s FOR NO KEY UPDATE OF p, t SKIP LOCKED
"""


@transaction.atomic
def claim(app: Celery, batch: int = BATCH) -> tuple[int, list[Claim]]:
    """Judge up to `batch` tasks whose time has come; how many there were, and what to send."""
    rows = db.fetch(LOCK, (batch,))
    if not rows:
        return 0, []
    timings = PeriodicTask.objects.select_related("interval", "crontab", "clocked", "solar")
    tasks = timings.in_bulk([row[0] for row in rows])
    looks = [_look(app, tasks[id], *facts) for id, *facts in rows]
    _record(looks)
    return len(looks), [look for look in looks if isinstance(look, Claim)]


def _look(
    app: Celery, task: PeriodicTask, sending: UUID | None, changed: bool, now: datetime
) -> Look | Claim:
    if not task.enabled:
        return Look(task.pk, None)
    try:
        judgement = judge(task, app, now)
    except Exception:
        # Whatever Celery finds wrong with one task must not stop the others.
        logger.exception("The periodic task %r cannot be read: change it.", task.name)
        return Look(task.pk, now + UNREADABLE_AGAIN)
    if judgement.disabled:
        return Look(task.pk, None, disabled=task.total_run_count)
    # A message that waits goes out whatever the time, unless the task was changed.
    if judgement.is_due or (sending and not changed):
        # Look at one that runs once again at once: that switches it off.
        again = now if sending or task.one_off else now + judgement.wait
        return Claim(task.pk, now + LEASE, sending or uuid4(), again, now, judgement.entry)
    return Look(task.pk, now + judgement.wait)


DISABLE = """
UPDATE django_celery_beat_periodictask t
SET enabled = false, last_run_at = NULL, total_run_count = d.runs, date_changed = now()
FROM unnest(%s::int[], %s::int[]) AS d(id, runs) WHERE t.id = d.id
"""
RECORD = """
UPDATE schedules_plaintask p SET due_at = l.due_at, sending = l.sending, changed = false
FROM unnest(%s::int[], %s::timestamptz[], %s::uuid[]) AS l(id, due_at, sending)
WHERE p.periodic_task_id = l.id
"""


def _record(looks: Sequence[Look | Claim]) -> None:
    disabled = [
        (look.periodic_task_id, look.disabled)
        for look in looks
        if isinstance(look, Look) and look.disabled is not None
    ]
    if disabled:
        db.fetch(DISABLE, db.columns(disabled, 2))
    db.fetch(RECORD, db.columns([look[:3] for look in looks], 3))


FINISH = """
WITH held AS (
    SELECT s.* FROM unnest(%s::int[], %s::uuid[], %s::timestamptz[], %s::timestamptz[])
                    AS s(id, sending, next_due, claimed_at)
    JOIN schedules_plaintask p ON p.periodic_task_id = s.id AND p.sending = s.sending
    JOIN django_celery_beat_periodictask t ON t.id = s.id
    FOR NO KEY UPDATE OF p, t SKIP LOCKED),
done AS (
    UPDATE schedules_plaintask p SET sending = NULL, changed = false,
        due_at = CASE WHEN p.changed THEN now() ELSE h.next_due END
    FROM held h WHERE p.periodic_task_id = h.id)
UPDATE django_celery_beat_periodictask t
SET last_run_at = h.claimed_at, total_run_count = t.total_run_count + 1
FROM held h WHERE t.id = h.id
RETURNING t.id
"""
STILL_SENDING = """
SELECT sending FROM schedules_plaintask WHERE periodic_task_id = ANY(%s) AND sending = ANY(%s)
"""


def finish(sent: Sequence[Claim]) -> list[Claim]:
    """Count what was sent; returns what somebody else's lock has kept from it.

    A message that another beat has sent again in the meantime is counted there.
    """
    rows = [(c.periodic_task_id, c.sending, c.next_due, c.claimed_at) for c in sent]
    if len(db.fetch(FINISH, db.columns(rows, 4))) == len(sent):
        return []
    ids, sendings = [row[0] for row in rows], [row[1] for row in rows]
    still = {sending for (sending,) in db.fetch(STILL_SENDING, (ids, sendings))}
    return [claim for claim in sent if claim.sending in still]


PUT_OFF_OWN = """
UPDATE schedules_plaintask SET due_at = now() + %s WHERE periodic_task_id IN (
    SELECT p.periodic_task_id FROM unnest(%s::int[], %s::timestamptz[], %s::uuid[])
                                   AS c(id, due_at, sending)
    JOIN schedules_plaintask p
      ON p.periodic_task_id = c.id AND p.sending = c.sending AND p.due_at = c.due_at
    FOR NO KEY UPDATE OF p SKIP LOCKED)
"""


def put_off(unsent: Sequence[Claim]) -> None:
    """Let messages that the broker did not take be sent a little later."""
    if unsent:
        db.fetch(PUT_OFF_OWN, [PUT_OFF, *db.columns([claim[:3] for claim in unsent], 3)])
