"""Bulk writes of agent tasks: created, started, finished."""

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from decimal import Decimal
from uuid import UUID

from django.db import connection
from django.db.models.functions import Now

from agents.models import AgentTask
from scheduler_project.columns import columns
from scheduler_project.ids import uuid7


@dataclass(frozen=True)
class Finished:
    """What one agent task came to: its final state, answer, spending and error.

    The state may also be pending or waiting: it goes on under this id. Spending adds up.
    """

    task_id: UUID
    state: str
    result: str = ""
    model: str = ""
    input_tokens: int = 0
    output_tokens: int = 0
    cached_tokens: int = 0
    reasoning_tokens: int = 0
    llm_calls: int = 0
    tool_calls: int = 0
    cost: Decimal | None = Decimal(0)
    error_type: str = ""
    error_message: str = ""
    estimated_tokens: int = 0
    """Besides what providers have reported: charged to the execution, not to the attempt."""
    estimated_cost: Decimal = Decimal(0)


CREATE = """
INSERT INTO agents_agenttask (id, owner_id, agent_id, command, state, started_at)
SELECT new.id, new.owner, new.agent, new.command, %(state)s,
    CASE WHEN %(state)s = 'running' THEN statement_timestamp() END
FROM unnest(%(ids)s::uuid[], %(owners)s::int[], %(agents)s::bigint[], %(commands)s::text[])
     AS new(id, owner, agent, command)
"""


def create(
    orders: Sequence[tuple[int, int | None, str]],
    state: AgentTask.State = AgentTask.State.PENDING,
) -> list[UUID]:
    """Record tasks for (owner id, agent id, command) and return their ids in order.

    They are pending, or running from now on.
    """
    rows = [(uuid7(), *order) for order in orders]
    names = ("ids", "owners", "agents", "commands")
    given = dict(zip(names, columns(rows, len(names)), strict=True))
    with connection.cursor() as cursor:
        cursor.execute(CREATE, {**given, "state": state.value})
    return [task for task, *_ in rows]


def start(task_ids: Sequence[UUID]) -> None:
    """Mark tasks that have not ended as running."""
    AgentTask.objects.filter(id__in=task_ids, finished_at=None).update(
        state=AgentTask.State.RUNNING, started_at=Now()
    )


FINISH = """
UPDATE agents_agenttask t
SET state = f.state, result = f.result, model = coalesce(nullif(f.model, ''), t.model),
    input_tokens = t.input_tokens + f.input_tokens,
    output_tokens = t.output_tokens + f.output_tokens,
    cached_tokens = t.cached_tokens + f.cached_tokens,
    reasoning_tokens = t.reasoning_tokens + f.reasoning_tokens,
    llm_calls = t.llm_calls + f.llm_calls, tool_calls = t.tool_calls + f.tool_calls,
    cost = CASE WHEN t.cost IS NULL AND t.llm_calls > 0 THEN NULL
                ELSE coalesce(t.cost, 0) + f.cost END,
    error_type = f.error_type, error_message = f.error_message,
    finished_at = CASE WHEN f.state NOT IN ('pending', 'waiting') THEN now() END
FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::text[], %s::bigint[], %s::bigint[],
            %s::bigint[], %s::bigint[], %s::int[], %s::int[], %s::numeric[], %s::text[],
            %s::text[])
     AS f(id, state, result, model, input_tokens, output_tokens, cached_tokens,
          reasoning_tokens, llm_calls, tool_calls, cost, error_type, error_message)
WHERE t.id = f.id AND t.finished_at IS NULL
"""


def finish(finished: Sequence[Finished]) -> None:
    """Write the outcomes in one statement; a task that has ended already stays as it is."""
    if not finished:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            FINISH, [list(column) for column in zip(*map(_reported, finished), strict=True)]
        )


def _reported(finished: Finished) -> tuple[object, ...]:
    """Without the estimates, which come last."""
    return astuple(finished)[:-2]
