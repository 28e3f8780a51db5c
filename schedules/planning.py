"""Due schedules turned into decisions: their rows, what is going on for them, what to do."""

import random
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from django.conf import settings

from schedules import db
from schedules.decisions import Decision, Due, Record, decide
from schedules.policies import IDLE, Activity
from schedules.recurrence import INSTANT
from schedules.states import ACTIVE, State
from schedules.timing import UNCOMPUTABLE, recurrence_of

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
    jitter_seconds: int


class Planned(NamedTuple):
    """What is decided for one schedule, and why it is switched off if it is."""

    row: DueRow
    decision: Decision
    note: str = ""

    @property
    def ended_early(self) -> bool:
        """Whether it ends here although its recurrence goes on."""
        ends = self.decision.next_run_at is None
        return ends and (self.row.max_runs is not None or bool(self.note))

    @property
    def last(self) -> datetime:
        """The last occurrence that is accounted for."""
        records = self.decision.records
        return records[-1].scheduled_for if records else self.row.next_run_at - INSTANT


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


def plan(rows: Sequence[DueRow], now: datetime) -> list[Planned]:
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
        return Planned(row, decide(_due(row, activity), now))
    except UNCOMPUTABLE as error:
        # One such schedule must not hold up the batch, nor stop without a word.
        note = f"Switched off: its times cannot be computed ({error})."
        missed = Record(row.next_run_at, State.MISSED, note[:200])
        return Planned(row, Decision((missed,), None), note)


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
        pace=timedelta(seconds=settings.CATCH_UP_PACE_SECONDS),
        jitter=timedelta(seconds=row.jitter_seconds),
        spread=random.random(),
        activity=activity,
    )
