"""Plain periodic tasks on any number of beats: claim what is due, send it, count it.

A claim is a lease with the id that the message will have. A beat that dies in between,
or finds the broker down, leaves the claim behind: when the lease is over the same
message goes out again, under the same id. Nothing is sent while rows are locked.
"""

import logging
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from itertools import takewhile
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
LEASE = timedelta(seconds=10)
# A send may block for the broker's socket timeout, and none may end after the lease.
SENDING_SECONDS = 4.0
PUT_OFF = timedelta(seconds=1)
UNREADABLE_AGAIN = timedelta(minutes=5)


class Look(NamedTuple):
    """What came of looking at one task: when to look again, or the message to send now.

    `next_due` follows a message that was sent; `disabled` is the run count that a task
    which is switched off keeps.
    """

    periodic_task_id: int
    due_at: datetime | None
    sending: UUID | None = None
    entry: ModelEntry | None = None
    next_due: datetime | None = None
    disabled: int | None = None


def tick(app: Celery, send: Callable[[ModelEntry, UUID], bool]) -> int:
    """Look at a batch of plain tasks whose time has come and send those that are due.

    `send` returns False while the broker cannot be reached. Returns how many were looked at.
    """
    started = time.monotonic()
    now, looks = claim(app)
    claimed = [look for look in looks if look.sending]

    def in_time(look: Look) -> bool:
        # Stopped for longer, the lease is another beat's, which sends it now.
        in_lease = time.monotonic() < started + SENDING_SECONDS
        return in_lease and look.sending is not None and send(look.entry, look.sending)

    sent = list(takewhile(in_time, claimed))
    finish(sent, now)
    put_off(claimed[len(sent) :])
    return len(looks)


LOCK = """
SELECT periodic_task_id, sending, now() FROM schedules_plaintask WHERE due_at <= now()
ORDER BY due_at LIMIT %s FOR NO KEY UPDATE SKIP LOCKED
"""


@transaction.atomic
def claim(app: Celery, batch: int = BATCH) -> tuple[datetime | None, list[Look]]:
    """Judge up to `batch` tasks whose time has come and lease those to send; and the time."""
    rows = db.fetch(LOCK, (batch,))
    if not rows:
        return None, []
    now = rows[0][-1]
    tasks = _tasks([row[0] for row in rows])
    looks = [
        _look(tasks[id], sending, app, now) if id in tasks else Look(id, None)
        for id, sending, _ in rows
    ]
    _record(looks, gone=[look.periodic_task_id for look in looks if look[0] not in tasks])
    return now, looks


def _tasks(ids: Sequence[int]) -> dict[int, PeriodicTask]:
    return PeriodicTask.objects.select_related("interval", "crontab", "clocked", "solar").in_bulk(
        ids
    )


def _look(task: PeriodicTask, sending: UUID | None, app: Celery, now: datetime) -> Look:
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
    if sending or judgement.is_due:
        # Look at one that runs once again at once: that switches it off.
        again = now if sending or task.one_off else now + judgement.wait
        return Look(task.pk, now + LEASE, sending or uuid4(), judgement.entry, again)
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
FORGET = "DELETE FROM schedules_plaintask WHERE periodic_task_id = ANY(%s)"


def _record(looks: Sequence[Look], gone: list[int]) -> None:
    disabled = [
        (look.periodic_task_id, look.disabled) for look in looks if look.disabled is not None
    ]
    if disabled:
        db.fetch(DISABLE, db.columns(disabled, 2))
    db.fetch(RECORD, db.columns([look[:3] for look in looks], 3))
    if gone:
        db.fetch(FORGET, (gone,))


FINISH = """
WITH sent AS (
    SELECT * FROM unnest(%s::int[], %s::uuid[], %s::timestamptz[]) AS s(id, sending, next_due)),
done AS (
    UPDATE schedules_plaintask p SET sending = NULL, changed = false,
        due_at = CASE WHEN p.changed THEN now() ELSE s.next_due END
    FROM sent s WHERE p.periodic_task_id = s.id AND p.sending = s.sending
    RETURNING s.id)
UPDATE django_celery_beat_periodictask t
SET last_run_at = %s, total_run_count = t.total_run_count + 1
FROM done WHERE t.id = done.id
"""


def finish(sent: Sequence[Look], now: datetime | None) -> None:
    """Count what was sent at `now`; a message that another beat took over is counted there."""
    if sent:
        rows = [(look.periodic_task_id, look.sending, look.next_due) for look in sent]
        db.fetch(FINISH, [*db.columns(rows, 3), now])


PUT_OFF_SQL = """
UPDATE schedules_plaintask p SET due_at = now() + %s
FROM unnest(%s::int[], %s::uuid[]) AS u(id, sending)
WHERE p.periodic_task_id = u.id AND p.sending = u.sending
"""


def put_off(unsent: Sequence[Look]) -> None:
    """Let messages that the broker did not take be sent a little later."""
    if unsent:
        rows = [(look.periodic_task_id, look.sending) for look in unsent]
        db.fetch(PUT_OFF_SQL, [PUT_OFF, *db.columns(rows, 2)])
