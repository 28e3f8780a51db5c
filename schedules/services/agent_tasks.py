"""Agent tasks that no schedule stands for."""

from datetime import timedelta
from functools import partial

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.db import transaction

from agents import records
from agents.models import Agent, AgentTask
from scheduler_project import whole_numbers
from scheduler_project.ids import uuid7
from scheduler_project.text import problem_with
from schedules import broker, db, definition
from schedules.models import Attempt, Execution
from schedules.services import stopping
from schedules.services.locks import lock_agents

# Of agent tasks of their own, in seconds.
USUAL_TIMEOUT, LONGEST_TIMEOUT = 600, definition.RANGES["timeout_seconds"][1]


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
