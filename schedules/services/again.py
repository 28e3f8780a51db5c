"""Run what has ended once more."""

from collections.abc import Iterator, Sequence
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction

from scheduler_project.errors import Conflict, sentences
from schedules.models import Execution
from schedules.services.agent_tasks import start_agent_task
from schedules.services.running import run_each, run_now
from schedules.states import FINAL


def run_again(*, execution: Execution) -> Execution:
    """The same once more, as a new execution: one that has ended stays as it ended.

    A schedule's is a run by hand of that schedule, as it is defined now; what no schedule stands
    for any more, and an agent task of its own, is an agent task of the same owner's. Conflict
    while it has not ended, when its agent is gone, or as `run_now` has it.
    """
    _refuse_while_active(execution)
    if execution.schedule is not None:
        return run_now(schedule=execution.schedule)
    return _start_task(execution)


@transaction.atomic
def run_each_again(*, executions: Sequence[Execution]) -> dict[UUID, str]:
    """As `run_again`, for each of them; why some do not run now, by their ids.

    The number of statements depends on how many are of one schedule, which starts them one after
    the other, and on how many are of none.
    """
    refused: dict[UUID, str] = {}
    given = Execution.objects.filter(pk__in=[each.pk for each in executions])
    # Agents are locked before schedules, and in their order.
    found = list(given.select_related("schedule", "agent", "owner").order_by("agent_id", "id"))
    for execution in found:
        try:
            _refuse_while_active(execution)
            if execution.schedule is None:
                _start_task(execution)
        except (Conflict, ValidationError) as error:
            refused[execution.pk] = " ".join(sentences(error))
    for each in _rounds([each for each in found if each.pk not in refused]):
        starts = run_each(schedules=[run.schedule for run in each if run.schedule])
        refused |= {run.pk: starts[run.schedule_id].refusal for run in each if run.schedule_id}
    return {key: sentence for key, sentence in refused.items() if sentence}


def _refuse_while_active(execution: Execution) -> None:
    if execution.state not in FINAL:
        raise Conflict(f"It has not ended yet: {execution.state}. Cancel it first, or wait.")


def _start_task(execution: Execution) -> Execution:
    if execution.agent is None:
        raise Conflict("Its agent has been deleted: start a new agent task with another one.")
    task = start_agent_task(
        owner=execution.owner,
        agent=execution.agent,
        command=execution.command,
        timeout_seconds=execution.timeout_seconds,
    )
    return Execution.objects.get(attempts__agent_task=task)


def _rounds(executions: Sequence[Execution]) -> Iterator[list[Execution]]:
    """Those of schedules, so that each schedule comes once in a round."""
    left = [each for each in executions if each.schedule is not None]
    while left:
        first = {each.schedule_id: each for each in reversed(left)}
        yield list(first.values())
        left = [each for each in left if first[each.schedule_id] is not each]
