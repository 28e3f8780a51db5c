"""Agent tasks that wait for the first attempt of their execution."""

from collections.abc import Mapping
from uuid import UUID

from agents import records
from schedules.models import Attempt


def end(executions: Mapping[UUID, str], state: str, error_type: str) -> None:
    """An agent task that waited for an execution that never started ends with it.

    Each execution comes with the sentence that says why.
    """
    found = Attempt.objects.filter(
        execution__in=list(executions), agent_task__finished_at__isnull=True
    ).values_list("agent_task_id", "execution_id")
    records.finish(
        [
            records.Finished(
                task, state, error_type=error_type, error_message=executions[execution]
            )
            for task, execution in found
        ]
    )
