"""Attempts: one for each claim of an execution, with the agent task that is its run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from agents import records
from agents.models import AgentTask
from schedules import db
from schedules.models import Attempt, Execution

if TYPE_CHECKING:
    from schedules.claims import Claimed


def begin(claimed: Sequence[Claimed], worker: str) -> dict[UUID, UUID]:
    """Record the attempts; returns the agent task of each execution, which runs by now."""
    prepared = _prepared(claimed)
    records.start(list(prepared.values()))
    return prepared | _created([c for c in claimed if c.id not in prepared], worker)


# An agent task that was started on its own stays the one task of its execution, also
# when a worker that shuts down hands it back: whoever asked for it keeps its id.
PREPARED = """
UPDATE schedules_attempt a SET number = e.attempt, worker = e.worker
FROM schedules_execution e WHERE e.id = a.execution_id AND e.id = ANY(%s::uuid[])
RETURNING a.execution_id, a.agent_task_id
"""


def _prepared(claimed: Sequence[Claimed]) -> dict[UUID, UUID]:
    """The agent tasks that were there before the claim."""
    asked = [c.id for c in claimed if c.trigger == Execution.Trigger.AGENT_TASK]
    return dict(db.fetch(PREPARED, (asked,))) if asked else {}


CREATE = """
INSERT INTO schedules_attempt (execution_id, agent_task_id, number, trigger, worker)
SELECT new.execution, new.task, new.number, new.trigger, %s
FROM unnest(%s::uuid[], %s::uuid[], %s::int[], %s::text[]) AS new(execution, task, number, trigger)
"""


def _created(claimed: Sequence[Claimed], worker: str) -> dict[UUID, UUID]:
    """New ones: by hand, as Django's bulk_create takes the most of a claim's time."""
    if not claimed:
        return {}
    orders = [(c.owner_id, c.agent_id, c.command) for c in claimed]
    tasks = records.create(orders, AgentTask.State.RUNNING)
    rows = [(c.id, task, c.attempt, _trigger(c)) for c, task in zip(claimed, tasks, strict=True)]
    db.fetch(CREATE, (worker, *db.columns(rows, 4)))
    return {execution: task for execution, task, *_ in rows}


def _trigger(claimed: Claimed) -> str:
    if claimed.resumed:
        return Attempt.Trigger.RESUMED.value
    return claimed.trigger if claimed.attempt == 1 else Attempt.Trigger.RETRY.value
