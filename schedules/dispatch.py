"""The tick transaction: due schedules become executions, then workers are told.

Any number of beats run this at once. Each takes the due schedules that no other
holds (SKIP LOCKED), and nothing of a schedule is decided without its row lock. The
number of statements does not depend on the batch. Publishing waits for the commit:
a beat killed in between loses nothing, because `publish_at` is already written.
"""

import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any, NamedTuple

from django.conf import settings
from django.db import transaction

from scheduler_project.ids import uuid7
from schedules import broker, cancellation, db, ledger, outcomes
from schedules.models import Execution
from schedules.policies import IDLE, REPLACED_REASON, Activity, Decision, Due, Record, decide
from schedules.states import ACTIVE, State
from schedules.timing import recurrence_of

# The transaction is idle meanwhile, and PostgreSQL ends one that is idle for long.
PLANNING_SECONDS = 1.0


class DueRow(NamedTuple):
    """A due schedule, as locked; it reads like a Schedule where timing is concerned."""

    id: int
    schedule_type: str
    cron_expression: str
    interval_value: int | None
    interval_unit: str
    run_at: datetime | None
    timezone: str
    anchor_at: datetime
    next_run_at: datetime
    end_at: datetime | None
    max_runs: int | None
    run_count: int
    overlap_policy: str
    missed_policy: str
    misfire_grace_seconds: int


class Advance(NamedTuple):
    """How a schedule moves on; a `note` switches it off and says why."""

    schedule_id: int
    next_run_at: datetime | None
    runs: int
    note: str = ""


class Planned(NamedTuple):
    """What is decided for one schedule, and why it is switched off if it is."""

    schedule_id: int
    decision: Decision
    note: str = ""

    @property
    def advance(self) -> Advance:
        """How the schedule moves on."""
        return Advance(self.schedule_id, self.decision.next_run_at, self.decision.runs, self.note)


DUE = f"""
SELECT {", ".join(DueRow._fields)} FROM schedules_schedule WHERE next_run_at <= %(now)s
"""
LOCK_DUE = DUE + "ORDER BY next_run_at LIMIT %(batch)s FOR NO KEY UPDATE SKIP LOCKED"
LOCK_ONE = DUE + "AND id = %(id)s FOR NO KEY UPDATE"
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
def settle(schedule_id: int, now: datetime) -> None:
    """Account for what is due of one schedule up to `now`, before its definition changes."""
    while _dispatch(db.fetch(LOCK_ONE, {"now": now, "id": schedule_id}), now):
        pass


def _dispatch(found: Sequence[tuple[Any, ...]], now: datetime) -> int:
    if found:
        _record(_plan([DueRow(*row) for row in found], now), now)
    return len(found)


# Its own statement, after the locks: within the locking one it would still show what
# was active before a run ended that held the schedule's row until now.
ACTIVITY = """
SELECT schedule_id, count(*), count(*) FILTER (WHERE not_before IS NULL)
FROM schedules_execution WHERE schedule_id = ANY(%s::bigint[]) AND state = ANY(%s)
GROUP BY schedule_id
"""


def activity_of(schedule_ids: Sequence[int]) -> dict[int, Activity]:
    """What is going on for these schedules, whose row locks the caller holds."""
    rows = db.fetch(ACTIVITY, (list(schedule_ids), [state.value for state in ACTIVE]))
    return {schedule: Activity(active, buffered) for schedule, active, buffered in rows}


def _plan(rows: Sequence[DueRow], now: datetime) -> list[Planned]:
    """What to do for each, or for the first few if they were away so long that it takes long."""
    activities = activity_of([row.id for row in rows])
    planned, until = [], time.monotonic() + PLANNING_SECONDS
    for row in rows:
        planned.append(_plan_one(row, activities.get(row.id, IDLE), now))
        if time.monotonic() > until:
            break
    return planned


def _plan_one(row: DueRow, activity: Activity, now: datetime) -> Planned:
    try:
        return Planned(row.id, decide(_due(row, activity), now))
    except (ValueError, LookupError, ArithmeticError) as error:
        # One schedule that can no longer be evaluated (a zone that was removed, say)
        # must not hold up the batch, nor stop without a word.
        note = f"Switched off: its times cannot be computed ({error})."
        missed = Record(row.next_run_at, State.MISSED, note[:200])
        return Planned(row.id, Decision((missed,), None), note)


def _due(row: DueRow, activity: Activity) -> Due:
    return Due(
        recurrence=recurrence_of(row),
        next_run_at=row.next_run_at,
        end_at=row.end_at,
        remaining_runs=None if row.max_runs is None else max(0, row.max_runs - row.run_count),
        overlap=row.overlap_policy,
        missed=row.missed_policy,
        grace=timedelta(seconds=row.misfire_grace_seconds),
        catch_up=settings.MAX_CATCH_UP_RUNS,
        activity=activity,
    )


ADVANCE = """
WITH planned AS (
    SELECT * FROM unnest(%s::bigint[], %s::timestamptz[], %s::int[], %s::text[])
           AS p(id, next_run_at, runs, note)),
fired AS (
    UPDATE schedules_schedule s
    SET next_run_at = p.next_run_at, run_count = s.run_count + p.runs,
        last_run_at = CASE WHEN p.runs > 0 THEN now() ELSE s.last_run_at END,
        enabled = s.enabled AND p.note = '',
        note = CASE WHEN p.note = '' THEN s.note ELSE p.note END
    FROM planned p WHERE s.id = p.id
    RETURNING s.periodic_task_id, p.runs, s.enabled AND s.next_run_at IS NOT NULL AS enabled)
UPDATE django_celery_beat_periodictask t
SET last_run_at = now(), total_run_count = total_run_count + f.runs, enabled = f.enabled
FROM fired f WHERE t.id = f.periodic_task_id
"""


def _record(planned: Sequence[Planned], now: datetime) -> None:
    """Write the decisions; workers are told of what starts once that is committed."""
    cancelling = [p.schedule_id for p in planned if p.decision.cancel_others]
    if cancelling:
        cancellation.cancel(reason=REPLACED_REASON, schedules=cancelling)
    entries = [
        # A microsecond apart: what is made up for stands in the history in its order.
        ledger.Entry(uuid7(now, place), p.schedule_id, record)
        for p in planned
        for place, record in enumerate(p.decision.records)
    ]
    ledger.insert(entries, Execution.Trigger.TIMER)
    outcomes.release_buffered(cancelling)
    advance([p.advance for p in planned])
    starting = [entry.id for entry in entries if entry.starts]
    transaction.on_commit(partial(broker.publish, starting))


def advance(steps: Sequence[Advance]) -> None:
    """Move schedules on, and their PeriodicTasks' counters; the caller holds their row locks."""
    db.fetch(ADVANCE, db.columns(steps, len(Advance._fields)))
