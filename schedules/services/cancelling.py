"""Cancel many executions at once."""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from schedules import buffering, cancellation
from schedules.models import Execution, Schedule


@transaction.atomic
def cancel_executions(*, executions: Sequence[UUID]) -> int:
    """Cancel those that have not ended, as `cancel_execution` does; returns how many.

    The number of statements does not depend on the number of executions.
    """
    of = Execution.objects.filter(pk__in=executions, schedule__isnull=False)
    schedules = Schedule.objects.filter(pk__in=list(of.values_list("schedule_id", flat=True)))
    locked = list(schedules.order_by("id").select_for_update(no_key=True).values_list("id"))
    cancelled = cancellation.cancel(reason="cancelled on request", executions=executions)
    buffering.release([id for (id,) in locked])
    return cancelled
