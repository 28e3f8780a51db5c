"""Start runs by hand, and cancel runs."""

from datetime import datetime, timedelta
from functools import partial

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.db import transaction

from agents import records
from agents.models import Agent, AgentTask
from scheduler_project import whole_numbers
from scheduler_project.errors import Conflict
from scheduler_project.ids import uuid7
from scheduler_project.text import problem_with
from schedules import (
    broker,
    buffering,
    cancellation,
    db,
    definition,
    dispatch,
    history,
    ledger,
    planning,
)
from schedules.decisions import Record
from schedules.models import Attempt, Execution, Schedule
from schedules.policies import IDLE, REPLACED_REASON, admit
from schedules.services import stopping
from schedules.services.locks import lock_agents, lock_schedule
from schedules.states import FINAL

ON_REQUEST = "cancelled on request"
# Of agent tasks of their own, in seconds.
USUAL_TIMEOUT, LONGEST_TIMEOUT = 600, definition.RANGES["timeout_seconds"][1]


@transaction.atomic
def run_now(*, schedule: Schedule) -> Execution:
    """Record a run by hand, under the schedule's overlap policy and run limit.

    Beside a run that is going on, the policy may let it wait or skip it at once: the
    execution that is returned says so. Conflict when max_runs are used up, or everything
    is stopped.
    """
    stopping.refuse_if_stopped(schedule.owner_id)
    schedule, settled_at = lock_schedule(schedule)
    now = db.now()
    check_runs_left(schedule)
    activity = planning.activity_of([schedule.id]).get(schedule.id, IDLE)
    admission = admit(schedule.overlap_policy, activity)
    if admission.cancel_others:
        cancellation.cancel(reason=REPLACED_REASON, schedules=[schedule.id])
    record = Record(now, admission.state, admission.reason, admission.held)
    entry = ledger.Entry(uuid7(now), schedule.id, record)
    ledger.insert([entry], Execution.Trigger.MANUAL)
    buffering.release([schedule.id])
    count_runs(schedule, record.runs, settled_at)
    if entry.starts:
        transaction.on_commit(partial(broker.publish, [entry.id]))
    return Execution.objects.get(pk=entry.id)


def check_runs_left(schedule: Schedule) -> None:
    """Conflict when max_runs of the locked schedule are used up."""
    if schedule.max_runs is not None and schedule.run_count >= schedule.max_runs:
        raise Conflict(f"All {schedule.max_runs} runs that max_runs allows have been made.")


def count_runs(schedule: Schedule, runs: int, settled_at: datetime) -> None:
    """So many more of the locked schedule; the last one that max_runs allows ends it."""
    over = schedule.max_runs is not None and schedule.run_count + runs >= schedule.max_runs
    following = None if over else schedule.next_run_at
    dispatch.advance([dispatch.Advance(schedule.id, following, runs)])
    if following is None and schedule.next_run_at is not None:
        history.append([(schedule.id, settled_at)])


@transaction.atomic
def cancel_execution(*, execution: Execution) -> Execution:
    """Cancel a waiting run at once, a running one at its worker's next heartbeat.

    Asking twice is fine; Conflict when it has ended already.
    """
    schedules = Schedule.objects.filter(pk__in=[execution.schedule_id])
    locked = [schedule.id for schedule in schedules.select_for_update(no_key=True)]
    cancelled = cancellation.cancel(reason=ON_REQUEST, executions=[execution.id])
    buffering.release(locked)
    execution.refresh_from_db()
    if not cancelled and execution.state in FINAL and execution.state != "cancelled":
        raise Conflict(f"The execution has ended already: {execution.state}.")
    return execution


@transaction.atomic
def cancel_runs(*, schedule: Schedule) -> int:
    """Cancel all of its runs that have not ended, as `cancel_execution` does; how many."""
    schedule, _ = lock_schedule(schedule)
    return cancellation.cancel(reason=ON_REQUEST, schedules=[schedule.id])


def check_agent_task(
    *, owner: AbstractBaseUser, command: str, timeout_seconds: int = USUAL_TIMEOUT
) -> None:
    """Raise what starting it would: ValidationError by field, Conflict while stopped."""
    errors = {
        "command": problem_with(command, definition.LONGEST["command"]),
        "timeout_seconds": whole_numbers.problem_with(timeout_seconds, 1, LONGEST_TIMEOUT),
    }
    if not command.strip():
        errors["command"] = "Command may not be empty."
    if refused := {name: problem for name, problem in errors.items() if problem}:
        raise ValidationError(refused)
    stopping.refuse_if_stopped(owner.pk)


@transaction.atomic
def start_agent_task(
    *, owner: AbstractBaseUser, agent: Agent, command: str, timeout_seconds: int = USUAL_TIMEOUT
) -> AgentTask:
    """Start an agent task without a schedule; the ledger has an execution for it, too."""
    check_agent_task(owner=owner, command=command, timeout_seconds=timeout_seconds)
    lock_agents([agent])
    now = db.now()
    (task_id,) = records.create([(owner.pk, agent.id, command)])
    execution = Execution.objects.create(
        id=uuid7(now),
        owner_id=owner.pk,
        agent=agent,
        command=command,
        trigger=Execution.Trigger.AGENT_TASK,
        timeout_seconds=timeout_seconds,
        scheduled_for=now,
        queued_at=now,
        not_before=now,
        publish_at=now + timedelta(seconds=settings.REPUBLISH_SECONDS),
    )
    Attempt.objects.create(
        execution=execution, number=1, trigger=execution.trigger, agent_task_id=task_id
    )
    transaction.on_commit(partial(broker.publish, [execution.id]))
    return AgentTask.objects.get(pk=task_id)
