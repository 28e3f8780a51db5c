"""Cancel executions: one, many, or all of a schedule."""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from scheduler_project.errors import Conflict
from schedules import buffering, cancellation
from schedules.models import Execution, Schedule
from schedules.services.locks import lock_schedule
from schedules.states import ACTIVE, FINAL, State

ON_REQUEST = "cancelled on request"


@transaction.atomic
def cancel_execution(*, execution: Execution) -> Execution:
    """Cancel a waiting run at once, a running one at its worker's next heartbeat.

    Asking twice is fine; Conflict when it has ended already.
    """
    cancelled = cancel_executions(executions=[execution.pk])
    execution.refresh_from_db()
    if not cancelled and execution.state in FINAL and execution.state != State.CANCELLED:
        raise Conflict(f"The execution has ended already: {execution.state}.")
    return execution


@transaction.atomic
def cancel_executions(*, executions: Sequence[UUID]) -> int:
    """Cancel those that have not ended, as `cancel_execution` does; returns how many.

    The number of statements does not depend on the number of executions.
    """
    # Of what has ended no schedule is locked: dispatch would pass it over for nothing.
    active = Execution.objects.filter(pk__in=executions, state__in=ACTIVE)
    schedules = Schedule.objects.filter(pk__in=active.values("schedule_id")).order_by("id")
    locked = [id for (id,) in schedules.select_for_update(no_key=True).values_list("id")]
    cancelled = cancellation.cancel(reason=ON_REQUEST, executions=executions)
    buffering.release(locked)
    return cancelled


@transaction.atomic
def cancel_runs(*, schedule: Schedule) -> int:
    """Cancel all of its runs that have not ended, as `cancel_execution` does; how many."""
    schedule, _ = lock_schedule(schedule)
    return cancellation.cancel(reason=ON_REQUEST, schedules=[schedule.id])
