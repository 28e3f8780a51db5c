"""What tests of the ledger do again and again; time is moved in the rows, never waited for."""

import base64
import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connections

from agents.parking import AskedCall, Parked
from agents.records import Finished
from scheduler_project.embedded.waiting import wait_until
from schedules import broker, busy, claims, conclusions, db, outcomes, services
from schedules.burst import Burst
from schedules.claims import Claimed
from schedules.conclusions import Conclusion
from schedules.models import Approval, Execution, Schedule

# As long as a crowd of writers may take on a machine with much to do.
TIMEOUT = 60


def make_due(schedule: Schedule, *, seconds: float = 1) -> None:
    """Its next occurrence was so long ago; an interval keeps its phase with it."""
    db.fetch(
        "UPDATE schedules_schedule SET next_run_at = now() - make_interval(secs => %s), "
        "anchor_at = now() - make_interval(secs => %s) WHERE id = %s",
        (seconds, seconds, schedule.pk),
    )


def set_row(execution: UUID, **expressions: str) -> None:
    """Write SQL expressions into columns of an execution, past all rules."""
    assignments = ", ".join(f"{column} = {value}" for column, value in expressions.items())
    db.fetch(f"UPDATE schedules_execution SET {assignments} WHERE id = %s", (execution,))


def pending(schedule: Schedule) -> Execution:
    """A run that was started by hand and waits for a worker."""
    return services.run_now(schedule=schedule)


def running(schedule: Schedule, worker: str = "worker-a") -> Claimed:
    """A run that a worker has claimed."""
    return take(pending(schedule).id, worker)


def take(execution: UUID, worker: str = "worker-a") -> Claimed:
    (claimed,) = claims.claim([execution], worker)
    return claimed


def task(claimed: Claimed, state: str = "success", **values: Any) -> Finished:
    assert claimed.agent_task_id is not None
    return Finished(claimed.agent_task_id, state, **values)


def claim(ids: Sequence[UUID], worker: str = "worker-a") -> list[Claimed]:
    """As a worker does it: what somebody holds is tried again."""
    found = claims.claim(ids, worker)

    def none_is_held() -> bool:
        left = busy.claimable([id for id in ids if id not in {c.id for c in found}])
        if left:
            found.extend(claims.claim(left, worker))
        return not left

    assert wait_until(none_is_held, TIMEOUT)
    return found


def finish(*given: Conclusion) -> set[UUID]:
    """As a worker does it: what somebody holds is tried again."""
    accepted = outcomes.finish(given)

    def none_is_held() -> bool:
        left = busy.unfinished([c for c in given if c.execution_id not in accepted])
        if left:
            accepted.update(outcomes.finish([c for c in given if c.execution_id in left]))
        return not left

    assert wait_until(none_is_held, TIMEOUT)
    return accepted


def succeed(claimed: Claimed, **values: Any) -> bool:
    """The worker reports success; whether the ledger believes it."""
    conclusion = conclusions.succeeded(claimed, task(claimed, **values))
    return claimed.id in finish(conclusion)


def fail(claimed: Claimed, *, retryable: bool = True, **values: Any) -> bool:
    """The worker reports a failure; whether the ledger believes it."""
    conclusion = conclusions.failed(claimed, task(claimed, **values), retryable=retryable)
    return claimed.id in finish(conclusion)


def park(claimed: Claimed, *tools: str, keep_task: bool = False) -> list[Approval]:
    """The worker reports that these calls have to be approved; what is asked, in order."""
    calls = [AskedCall(f"call-{n}", tool, {"n": n}) for n, tool in enumerate(tools or ["pay"])]
    parked = Parked(b"so far", calls)
    outcomes.finish([conclusions.parked(claimed, task(claimed), parked, keep_task=keep_task)])
    mine = Approval.objects.filter(parking__execution=claimed.id, parking__attempt=claimed.attempt)
    return list(mine.order_by("call_id"))


def hand_back(claimed: Claimed, *, keep_task: bool = False) -> bool:
    """The worker shuts down; whether the ledger believes it."""
    conclusion = conclusions.handed_back(
        claimed, task(claimed), reason="handed back", keep_task=keep_task
    )
    return claimed.id in finish(conclusion)


def row(execution: UUID) -> Execution:
    return Execution.objects.get(pk=execution)


def states(schedule: Schedule) -> list[str]:
    """Of all its executions, oldest occurrence first."""
    return list(schedule.executions.order_by("scheduled_for", "id").values_list("state", flat=True))


def queued() -> list[str]:
    """The execution ids on the queue, oldest first."""
    waiting = broker.client().lrange(settings.CELERY_TASK_DEFAULT_QUEUE, 0, -1)
    bodies = [base64.b64decode(json.loads(message)["body"]) for message in reversed(waiting)]
    return [execution for body in bodies for execution in json.loads(body)[0]]


def clear_queue() -> None:
    broker.client().delete(settings.CELERY_TASK_DEFAULT_QUEUE)


def end(burst: Burst) -> None:
    """Close the connection of its thread, which else would end with the process."""
    burst._helper.submit(connections.close_all).result()
    burst._helper.shutdown()
