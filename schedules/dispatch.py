"""The tick transaction: due schedules become executions, then workers are told.

Any number of beats run this at once. Each takes the due schedules that no other
holds (SKIP LOCKED), and nothing of a schedule is decided without its row lock. The
number of statements does not depend on the batch. Publishing waits for the commit:
a beat killed in between loses nothing, because `publish_at` is already written.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple

from django.conf import settings
from django.db import transaction

from scheduler_project.ids import uuid7
from schedules import broker, buffering, cancellation, db, history, ledger, notifications
from schedules.models import Execution
from schedules.planning import DueRow, Planned, plan
from schedules.policies import REPLACED_REASON
from schedules.stops import NOT_STOPPED


class Advance(NamedTuple):
    """How a schedule moves on; a `note` switches it off and says why."""

    schedule_id: int
    next_run_at: datetime | None
    runs: int
    note: str = ""


DUE = f"""
SELECT {", ".join(DueRow._fields)} FROM schedules_schedule WHERE next_run_at <= %(now)s
"""
LOCK_DUE = f"""
{DUE} AND {NOT_STOPPED} ORDER BY next_run_at LIMIT %(batch)s FOR NO KEY UPDATE SKIP LOCKED
"""
LOCK_THESE = DUE + "AND id = ANY(%(ids)s) ORDER BY id FOR NO KEY UPDATE"
# Not waiting for the disk is safe here: a claim waits, and what it waits for includes
# all that was committed before it. A tick that a crash undoes was never acted on.
BEGIN = "SELECT now(), set_config('synchronous_commit', 'off', true)"


def batch_size() -> int:
    """How many schedules one tick takes: while it takes so many, more may be due."""
    return int(settings.DISPATCH_BATCH)


@transaction.atomic
def tick(batch: int | None = None) -> int:
    """Dispatch one batch of due schedules, up to `batch`; returns how many there were."""
    now = db.fetch(BEGIN)[0][0]
    return _dispatch(db.fetch(LOCK_DUE, {"now": now, "batch": batch or batch_size()}), now)


@transaction.atomic
def settle(schedule_ids: Sequence[int], now: datetime, *, replacing: bool = True) -> None:
    """Account for what is due of these schedules up to `now`, before their definition changes.

    With `replacing` off, what is recorded cancels nothing that runs.
    """
    facts = {"now": now, "ids": list(schedule_ids)}
    while _dispatch(db.fetch(LOCK_THESE, facts), now, replacing=replacing):
        pass


def _dispatch(found: Sequence[tuple[Any, ...]], now: datetime, *, replacing: bool = True) -> int:
    if found:
        _record(plan([DueRow(*row) for row in found], now), now, replacing=replacing)
    return len(found)


ADVANCE = """
WITH planned AS (
    SELECT * FROM unnest(%s::bigint[], %s::timestamptz[], %s::int[], %s::text[])
           AS p(id, next_run_at, runs, note)),
fired AS (
    UPDATE schedules_schedule s
    SET next_run_at = p.next_run_at, run_count = s.run_count + p.runs,
        last_run_at = CASE WHEN p.runs > 0 THEN now() ELSE s.last_run_at END,
        enabled = s.enabled AND p.note = '',
        note = CASE WHEN p.note = '' THEN s.note ELSE p.note END,
        -- Else an edit of what was read before (If-Match) would switch it on again.
        updated_at = CASE WHEN s.enabled AND p.note <> '' THEN now() ELSE s.updated_at END
    FROM planned p WHERE s.id = p.id
    RETURNING s.periodic_task_id, p.runs, s.enabled AND s.next_run_at IS NOT NULL AS enabled)
UPDATE django_celery_beat_periodictask t
SET last_run_at = now(), total_run_count = total_run_count + f.runs, enabled = f.enabled
FROM fired f WHERE t.id = f.periodic_task_id
"""


def _record(planned: Sequence[Planned], now: datetime, *, replacing: bool) -> None:
    """Write the decisions; workers are told of what starts once that is committed."""
    cancelling = [p.row.id for p in planned if replacing and p.decision.cancel_others]
    if cancelling:
        cancellation.cancel(reason=REPLACED_REASON, schedules=cancelling)
    entries = [
        # A microsecond apart: what is made up for stands in the history in its order.
        ledger.Entry(uuid7(now, place), p.row.id, record)
        for p in planned
        for place, record in enumerate(p.decision.records)
    ]
    ledger.insert(entries, Execution.Trigger.TIMER)
    buffering.release(cancelling)
    advance([Advance(p.row.id, p.decision.next_run_at, p.decision.runs, p.note) for p in planned])
    _note_ends(planned)
    starting = [entry.id for entry in entries if entry.starts]
    transaction.on_commit(partial(broker.publish, starting))


def advance(steps: Sequence[Advance]) -> None:
    """Move schedules on, and their PeriodicTasks' counters; the caller holds their row locks."""
    db.fetch(ADVANCE, db.columns(steps, len(Advance._fields)))


def _note_ends(planned: Sequence[Planned]) -> None:
    """What ends before its recurrence does is noted; and told, if that is nobody's wish."""
    history.append([(p.row.id, p.last) for p in planned if p.ended_early])
    notifications.tell_paused({p.row.id: p.note for p in planned if p.note})
