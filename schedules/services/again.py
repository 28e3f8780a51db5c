"""Run something that has ended once more."""

from scheduler_project.errors import Conflict
from schedules.models import Execution
from schedules.services.executions import run_now, start_agent_task
from schedules.states import FINAL


def run_again(*, execution: Execution) -> Execution:
    """The same once more, as a new execution: one that has ended stays as it ended.

    A schedule's is a run by hand of that schedule, as it is defined now; what no schedule stands
    for any more, and an agent task of its own, is an agent task of the same owner's. Conflict
    while it has not ended, when its agent is gone, or as `run_now` has it.
    """
    if execution.state not in FINAL:
        raise Conflict(f"It has not ended yet: {execution.state}. Cancel it first, or wait.")
    if execution.schedule is not None:
        return run_now(schedule=execution.schedule)
    if execution.agent is None:
        raise Conflict("Its agent has been deleted: start a new agent task with another one.")
    task = start_agent_task(
        owner=execution.owner,
        agent=execution.agent,
        command=execution.command,
        timeout_seconds=execution.timeout_seconds,
    )
    return Execution.objects.get(attempts__agent_task=task)
