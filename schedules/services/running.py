"""Start runs by hand, one or thousands alike."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import partial
from typing import NamedTuple
from uuid import UUID

from django.db import transaction

from scheduler_project.errors import Conflict
from scheduler_project.ids import uuid7
from schedules import broker, buffering, cancellation, db, dispatch, history, ledger, planning
from schedules.decisions import Record
from schedules.models import Execution, Schedule
from schedules.policies import IDLE, REPLACED_REASON, Admission, admit
from schedules.services import stopping
from schedules.services.locks import DELETED, lock_schedules
from schedules.states import State


class Start(NamedTuple):
    """What became of a run that was asked for; a skipped one is on the ledger, too."""

    execution: UUID | None
    refusal: str = ""


@transaction.atomic
def run_now(*, schedule: Schedule) -> Execution:
    """Record a run by hand, under the schedule's overlap policy and run limit.

    Beside a run that is going on, the policy may let it wait or skip it at once: the
    execution that is returned says so. Conflict when max_runs are used up, or everything
    is stopped.
    """
    start = run_each(schedules=[schedule])[schedule.pk]
    if start.execution is None:
        raise Conflict(start.refusal)
    return Execution.objects.get(pk=start.execution)


def started(execution: Execution) -> Execution:
    """The same; Conflict, with the reason, where the policy has skipped it."""
    if execution.state == State.SKIPPED:
        raise Conflict(_skipped(execution.reason))
    return execution


@transaction.atomic
def run_each(*, schedules: Sequence[Schedule]) -> dict[int, Start]:
    """As `run_now`, for each of them: by their ids, what became of it.

    The number of statements does not depend on the number of schedules.
    """
    stopped = stopping.refusals({each.owner_id for each in schedules})
    free = [each.pk for each in schedules if each.owner_id not in stopped]
    locked, settled_at = lock_schedules(Schedule.objects.filter(pk__in=free))
    refused = {each.pk: stopped.get(each.owner_id, DELETED) for each in schedules}
    refused |= {each.pk: used_up(each) for each in locked}
    starts = _start([each for each in locked if not refused[each.pk]], settled_at)
    return {key: starts.get(key) or Start(None, refusal) for key, refusal in refused.items()}


def _start(schedules: Sequence[Schedule], settled_at: datetime) -> dict[int, Start]:
    """Those that are locked, and have runs left."""
    if not schedules:
        return {}
    admissions = _admissions(schedules)
    replacing = [key for key, admission in admissions.items() if admission.cancel_others]
    if replacing:
        cancellation.cancel(reason=REPLACED_REASON, schedules=replacing)
    now = db.now()
    entries = {
        key: ledger.Entry(uuid7(now), key, Record(now, said.state, said.reason, said.held))
        for key, said in admissions.items()
    }
    ledger.insert(list(entries.values()), Execution.Trigger.MANUAL)
    buffering.release(list(entries))
    count_runs([(each, entries[each.pk].record.runs) for each in schedules], settled_at)
    starting = [entry.id for entry in entries.values() if entry.starts]
    transaction.on_commit(partial(broker.publish, starting))
    return {key: Start(entry.id, _refusal(entry.record)) for key, entry in entries.items()}


def _admissions(schedules: Sequence[Schedule]) -> dict[int, Admission]:
    activity = planning.activity_of([each.pk for each in schedules])
    return {each.pk: admit(each.overlap_policy, activity.get(each.pk, IDLE)) for each in schedules}


def _refusal(record: Record) -> str:
    return _skipped(record.reason) if record.state == State.SKIPPED else ""


def _skipped(reason: str) -> str:
    return f"It does not run now: {reason}."


def used_up(schedule: Schedule) -> str:
    """The sentence that says that max_runs of the locked schedule are; or nothing."""
    if schedule.max_runs is None or schedule.run_count < schedule.max_runs:
        return ""
    return f"All {schedule.max_runs} runs that max_runs allows have been made."


def count_runs(made: Iterable[tuple[Schedule, int]], settled_at: datetime) -> None:
    """So many more of locked schedules; the last one that max_runs allows ends its schedule."""
    steps, ended = [], []
    for schedule, runs in made:
        over = schedule.max_runs is not None and schedule.run_count + runs >= schedule.max_runs
        steps.append(dispatch.Advance(schedule.id, None if over else schedule.next_run_at, runs))
        if over and schedule.next_run_at is not None:
            ended.append((schedule.id, settled_at))
    dispatch.advance(steps)
    history.append(ended)
