"""Finish: how attempts end, and executions with them or back on the queue.

One of the writers of an execution's state (see claims.py). Lock order everywhere: the
schedule's row first, then its executions by id.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction

from agents import records, spending
from agents.parking import Parked
from agents.records import Finished
from schedules import approvals, buffering, busy, db, pausing
from schedules.busy import Busy
from schedules.conclusions import Conclusion
from schedules.policies import pause_reason
from schedules.states import FINAL, State

SUMMARY_LENGTH = 200


# Nobody waits, neither a beat nor a worker: see busy.py.
LOCK_SCHEDULES = """
SELECT id FROM schedules_schedule WHERE id IN (
    SELECT schedule_id FROM schedules_execution WHERE id = ANY(%s::uuid[]))
ORDER BY id FOR NO KEY UPDATE SKIP LOCKED
"""

# What budgets held back for the run becomes what it has spent, in one transaction: a claim that
# asks budgets sees either the one or the other. Where nobody knows what the attempt has spent, as
# its worker is lost or its provider does not say, that is taken for spent: it may have been all.
# A cancel that arrived while the run was failing, or asking, wins over its going on.
FINISH = """
WITH given AS (
    SELECT e.id, CASE WHEN g.state IN ('pending', 'waiting') AND e.cancel_requested_at IS NOT NULL
                      THEN 'cancelled' ELSE g.state END AS state,
        g.delay, g.charged, g.reason, g.summary, g.error_type, g.error_message,
        g.input_tokens, g.output_tokens, g.cached_tokens, g.reasoning_tokens, g.llm_calls,
        g.tool_calls, g.cost,
        CASE WHEN %(overdue_only)s THEN greatest(g.estimated_tokens, e.reserved_tokens)
             ELSE g.estimated_tokens END AS estimated_tokens,
        CASE WHEN %(overdue_only)s OR g.cost IS NULL
             THEN greatest(g.estimated_cost, e.reserved_cost)
             ELSE g.estimated_cost END AS estimated_cost
    FROM unnest(%(ids)s::uuid[], %(attempts)s::int[], %(states)s::text[], %(delays)s::interval[],
                %(charged)s::int[], %(reasons)s::text[], %(summaries)s::text[],
                %(error_types)s::text[], %(error_messages)s::text[], %(inputs)s::bigint[],
                %(outputs)s::bigint[], %(cached)s::bigint[], %(reasoning)s::bigint[],
                %(calls)s::int[], %(tool_calls)s::int[], %(costs)s::numeric[],
                %(estimated)s::bigint[], %(estimated_costs)s::numeric[])
         AS g(id, attempt, state, delay, charged, reason, summary, error_type, error_message,
              input_tokens, output_tokens, cached_tokens, reasoning_tokens, llm_calls,
              tool_calls, cost, estimated_tokens, estimated_cost)
    JOIN schedules_execution e ON e.id = g.id AND e.attempt = g.attempt
    WHERE e.state = 'running'
      AND (e.schedule_id IS NULL OR e.schedule_id = ANY(%(schedules)s::bigint[]))
      AND (NOT %(overdue_only)s OR least(e.lease_until, e.deadline_at) < now())
    ORDER BY e.id FOR UPDATE OF e SKIP LOCKED)
UPDATE schedules_execution e
SET state = g.state, failures = failures + g.charged,
    reason = CASE WHEN g.state = 'cancelled' AND e.cancel_requested_at IS NOT NULL
                  THEN e.reason ELSE g.reason END,
    result_summary = g.summary, error_type = g.error_type, error_message = g.error_message,
    input_tokens = e.input_tokens + g.input_tokens,
    output_tokens = e.output_tokens + g.output_tokens,
    cached_tokens = e.cached_tokens + g.cached_tokens,
    reasoning_tokens = e.reasoning_tokens + g.reasoning_tokens,
    llm_calls = e.llm_calls + g.llm_calls, tool_calls = e.tool_calls + g.tool_calls,
    cost = coalesce(e.cost + g.cost, e.cost, g.cost),
    estimated_tokens = e.estimated_tokens + g.estimated_tokens,
    estimated_cost = e.estimated_cost + g.estimated_cost,
    not_before = CASE WHEN g.state = 'pending' THEN now() + g.delay ELSE not_before END,
    publish_at = CASE WHEN g.state = 'pending' THEN now() + g.delay END,
    finished_at = CASE WHEN g.state = ANY(%(final)s) THEN now() END,
    lease_until = NULL, deadline_at = NULL, reserved_tokens = 0, reserved_cost = 0
FROM given g WHERE e.id = g.id
RETURNING e.id, e.schedule_id, e.state, e.owner_id,
    coalesce(e.schedule_id, e.former_schedule_id, 0), g.estimated_tokens, g.estimated_cost
"""


def finish(conclusions: Sequence[Conclusion], *, overdue_only: bool = False) -> set[UUID]:
    """Write what attempts came to; returns the executions whose fence let it through.

    An attempt that is no longer the current one changes nothing: neither state nor
    spending nor counters. With `overdue_only` (recovery) the same holds for one whose
    lease was extended in the meantime, and for one whose schedule or row somebody holds.
    """
    by_id = {c.execution_id: c for c in conclusions}
    with transaction.atomic():
        schedules = [row[0] for row in db.fetch(LOCK_SCHEDULES, (list(by_id),))]
        locked = {"schedules": schedules}
        accepted = db.fetch(FINISH, _columns(list(by_id.values()), overdue_only) | locked)
        records.finish([_task(by_id[execution], state) for execution, _, state, *_ in accepted])
        approvals.used(by_id[execution] for execution, *_ in accepted)
        approvals.park(_parked(by_id, accepted))
        spending.charge(_charge(by_id[execution].task, *facts) for execution, *facts in accepted)
        ended = [(schedule, state) for _, schedule, state, *_ in accepted if schedule is not None]
        _count([(schedule, state) for schedule, state in ended if state in FINAL])
        buffering.release([schedule for schedule, _ in ended])
    return {execution for execution, *_ in accepted}


def finish_each(conclusions: Sequence[Conclusion]) -> list[bool | Busy]:
    """The same, one answer for each, in their order: what somebody holds is told from the rest."""
    accepted = finish(conclusions)
    held = busy.unfinished([c for c in conclusions if c.execution_id not in accepted])
    return [Busy() if c.execution_id in held else c.execution_id in accepted for c in conclusions]


def _charge(
    task: Finished, _: object, __: object, owner: int, account: int, tokens: int, cost: Decimal
) -> spending.Charge:
    """What the attempt has spent; the database knows what is to be estimated."""
    task = replace(task, estimated_tokens=tokens, estimated_cost=cost)
    return spending.Charge(owner, account, task)


def _task(conclusion: Conclusion, state: str) -> Finished:
    """The attempt's agent task; one that was to go on ends with an execution that does not."""
    task = conclusion.task
    goes_on = task.state in ("pending", "waiting", "parked")
    return replace(task, state=state) if goes_on and state == State.CANCELLED else task


def _parked(
    by_id: Mapping[UUID, Conclusion], accepted: Sequence[tuple[Any, ...]]
) -> dict[UUID, Parked]:
    waiting = (by_id[execution] for execution, _, state, *_ in accepted if state == State.WAITING)
    return {c.execution_id: c.parked for c in waiting if c.parked}


def _columns(conclusions: list[Conclusion], overdue_only: bool) -> dict[str, object]:
    names = (
        *("ids", "attempts", "states", "delays", "charged", "reasons", "summaries"),
        *("error_types", "error_messages", "inputs", "outputs", "cached"),
        *("reasoning", "calls", "tool_calls", "costs", "estimated", "estimated_costs"),
    )
    rows = [
        (
            *(c.execution_id, c.attempt, c.state.value, c.delay, int(c.charged), c.reason[:200]),
            *(summary(c.task.result), c.task.error_type, c.task.error_message),
            *(c.task.input_tokens, c.task.output_tokens, c.task.cached_tokens),
            *(c.task.reasoning_tokens, c.task.llm_calls, c.task.tool_calls, c.task.cost),
            *(c.task.estimated_tokens, c.task.estimated_cost),
        )
        for c in conclusions
    ]
    return dict(zip(names, db.columns(rows, len(names)), strict=True)) | {
        "overdue_only": overdue_only,
        "final": [state.value for state in FINAL],
    }


def summary(text: str) -> str:
    """The first line that says something, cut to what a list shows."""
    line = next((line.strip() for line in text.splitlines() if line.strip()), "")
    return line if len(line) <= SUMMARY_LENGTH else line[: SUMMARY_LENGTH - 1] + "…"


COUNT = """
UPDATE schedules_schedule s
SET last_state = c.state,
    consecutive_failures = CASE WHEN c.reset THEN 0 ELSE consecutive_failures END + c.failures
FROM unnest(%s::bigint[], %s::text[], %s::bool[], %s::int[]) AS c(id, state, reset, failures)
WHERE s.id = c.id
RETURNING s.id, s.consecutive_failures,
    CASE WHEN s.enabled AND c.failures > 0 THEN s.pause_after_failures ELSE 0 END
"""


def _count(ended: Sequence[tuple[int, str]]) -> None:
    """Bring each schedule's last state and its run of failures up to date; pause what fails on."""
    counts: dict[int, tuple[str, bool, int]] = {}
    for schedule, state in ended:
        _, reset, failures = counts.get(schedule, ("", False, 0))
        if state == State.SUCCESS:
            reset, failures = True, 0
        counts[schedule] = (state, reset, failures + (state == State.FAILED))
    if counts:
        rows = [(schedule, *count) for schedule, count in counts.items()]
        _pause_what_fails_on(db.fetch(COUNT, db.columns(rows, 4)))


def _pause_what_fails_on(counted: Sequence[tuple[int, int, int]]) -> None:
    notes = {
        schedule: note
        for schedule, failures, pause_after in counted
        if (note := pause_reason(failures=failures, pause_after=pause_after))
    }
    if notes:
        pausing.pause(notes)
