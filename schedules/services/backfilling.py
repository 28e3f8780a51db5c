"""Runs for planned times that have passed: those of a schedule that was off, away or not there."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction

from scheduler_project.errors import Conflict
from scheduler_project.ids import uuid7
from schedules import broker, db, decisions, definition, ledger, planning
from schedules.models import Execution, Schedule
from schedules.policies import IDLE
from schedules.recurrence import INSTANT
from schedules.services import stopping
from schedules.services.locks import lock_schedule
from schedules.services.running import count_runs, used_up
from schedules.states import ACTIVE, State
from schedules.timing import upcoming


class Backfill(NamedTuple):
    """The executions that were recorded, and how many planned times were left out."""

    executions: list[UUID]
    left_out: int


@transaction.atomic
def backfill(*, schedule: Schedule, since: datetime, until: datetime) -> Backfill:
    """Record runs for the planned times from `since` to `until`, as it is defined now.

    Those that have run, or are about to, are left out; what was missed, skipped or cancelled is
    not. Budgets and max_runs count as always. One that is switched off stays so. ValidationError
    at `since` or `until`; Conflict when max_runs are used up, or everything is stopped.
    """
    stopping.refuse_if_stopped(schedule.owner_id)
    # What is due by now is recorded with it: no time is on the ledger by the timer later on.
    schedule, now = lock_schedule(schedule)
    if refusal := used_up(schedule):
        raise Conflict(refusal)
    wanted = _planned(schedule, since, until, now)
    missing = sorted(set(wanted) - _with_runs(schedule, wanted))
    records = decisions.backfill(_limits(schedule, now), missing)
    entries = [
        ledger.Entry(uuid7(now, place), schedule.id, record) for place, record in enumerate(records)
    ]
    ledger.insert(entries, Execution.Trigger.BACKFILL)
    count_runs([(schedule, len(records))], now)
    starting = [entry.id for entry in entries if entry.starts]
    transaction.on_commit(partial(broker.publish, starting))
    return Backfill([entry.id for entry in entries], len(wanted) - len(entries))


def _planned(schedule: Schedule, since: datetime, until: datetime, now: datetime) -> list[datetime]:
    if problem := definition.problem_with_date(since):
        raise ValidationError({"since": problem})
    if since > until:
        raise ValidationError({"until": "until must not be earlier than since."})
    if until > now:
        raise ValidationError({"until": "until must not be later than now: that is still to come."})
    if schedule.schedule_type == Schedule.Type.MANUAL:
        raise Conflict("It has no planned times: run it now instead.")
    most = settings.MAX_BACKFILL_RUNS
    end = min(until, schedule.end_at or until)
    found = upcoming(schedule, since - INSTANT, schedule.start_at, end, most + 1)
    if not found:
        raise ValidationError({"since": "No planned time lies between since and until."})
    if len(found) > most:
        sentence = f"More than {most} planned times lie between since and until: do it in parts."
        raise ValidationError({"until": sentence})
    return found


# Two partial indexes, by schedule and planned time.
WITH_RUNS = """
SELECT scheduled_for FROM schedules_execution
WHERE schedule_id = %(schedule)s AND scheduled_for = ANY(%(times)s)
  AND trigger = 'timer' AND state = ANY(%(states)s)
UNION
SELECT scheduled_for FROM schedules_execution
WHERE schedule_id = %(schedule)s AND scheduled_for = ANY(%(times)s)
  AND trigger = 'backfill' AND state = ANY(%(states)s)
"""


def _with_runs(schedule: Schedule, times: Sequence[datetime]) -> set[datetime]:
    states = [state.value for state in (*ACTIVE, State.SUCCESS, State.FAILED)]
    facts = {"schedule": schedule.id, "times": list(times), "states": states}
    return {at for (at,) in db.fetch(WITH_RUNS, facts)}


def _limits(schedule: Schedule, now: datetime) -> decisions.Due:
    left = None if schedule.max_runs is None else schedule.max_runs - schedule.run_count
    return decisions.Due(
        recurrence=None,
        next_run_at=now,
        remaining_runs=left,
        overlap=schedule.overlap_policy,
        pace=timedelta(seconds=settings.CATCH_UP_PACE_SECONDS),
        activity=planning.activity_of([schedule.id]).get(schedule.id, IDLE),
    )
