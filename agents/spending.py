"""What attempts have spent, added up by owner, schedule, model and hour."""

from collections.abc import Iterable
from typing import NamedTuple

from django.db import connection

from agents.records import Finished
from scheduler_project.columns import columns


class Charge(NamedTuple):
    """An attempt that has ended, and whose it was; schedule 0: it was started on its own."""

    owner_id: int
    schedule_id: int
    task: Finished


# Two transactions that charge the same rows take them in the same order.
CHARGE = """
INSERT INTO agents_spending (owner_id, schedule_id, model, hour, runs, input_tokens,
    output_tokens, cached_tokens, reasoning_tokens, llm_calls, tool_calls, cost, unpriced_runs,
    estimated_tokens, estimated_cost)
SELECT owner_id, schedule_id, model, date_trunc('hour', now(), 'UTC'), count(*),
    sum(input_tokens), sum(output_tokens), sum(cached_tokens), sum(reasoning_tokens),
    sum(llm_calls), sum(tool_calls), coalesce(sum(cost), 0), count(*) FILTER (WHERE cost IS NULL),
    sum(estimated_tokens), sum(estimated_cost)
FROM unnest(%s::int[], %s::bigint[], %s::text[], %s::bigint[], %s::bigint[], %s::bigint[],
            %s::bigint[], %s::int[], %s::int[], %s::numeric[], %s::bigint[], %s::numeric[])
     AS spent(owner_id, schedule_id, model, input_tokens, output_tokens, cached_tokens,
              reasoning_tokens, llm_calls, tool_calls, cost, estimated_tokens, estimated_cost)
GROUP BY owner_id, schedule_id, model
ORDER BY owner_id, schedule_id, model
ON CONFLICT (owner_id, hour, schedule_id, model) DO UPDATE
SET runs = agents_spending.runs + excluded.runs,
    input_tokens = agents_spending.input_tokens + excluded.input_tokens,
    output_tokens = agents_spending.output_tokens + excluded.output_tokens,
    cached_tokens = agents_spending.cached_tokens + excluded.cached_tokens,
    reasoning_tokens = agents_spending.reasoning_tokens + excluded.reasoning_tokens,
    llm_calls = agents_spending.llm_calls + excluded.llm_calls,
    tool_calls = agents_spending.tool_calls + excluded.tool_calls,
    cost = agents_spending.cost + excluded.cost,
    unpriced_runs = agents_spending.unpriced_runs + excluded.unpriced_runs,
    estimated_tokens = agents_spending.estimated_tokens + excluded.estimated_tokens,
    estimated_cost = agents_spending.estimated_cost + excluded.estimated_cost
"""


def charge(charges: Iterable[Charge]) -> None:
    """Add what these attempts have spent to this hour, all in one statement.

    It belongs into the transaction that ends them. One that spent nothing leaves no row.
    """
    rows = [
        (
            *(owner, schedule, task.model, task.input_tokens, task.output_tokens),
            *(task.cached_tokens, task.reasoning_tokens, task.llm_calls, task.tool_calls),
            *(task.cost, task.estimated_tokens, task.estimated_cost),
        )
        for owner, schedule, task in charges
        if _spent(task)
    ]
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(CHARGE, columns(rows, 12))


def _spent(task: Finished) -> bool:
    tokens = task.input_tokens or task.output_tokens or task.estimated_tokens
    cost = task.cost != 0 or task.estimated_cost
    return bool(tokens or task.llm_calls or task.tool_calls or cost)
