"""How budgets stand: what was spent in their period, and what is held back for running ones."""

from collections.abc import Sequence

from django.db.models import DateTimeField, DecimalField, QuerySet
from django.db.models.expressions import RawSQL

from agents.budgets import Account
from agents.models import Budget
from schedules import db

# Hours are counted whole, the oldest one, too, although a part of it is further back than the
# period goes. Budgets for each run have no past of their own.
LENGTH = """CASE agents_budget.period WHEN 'day' THEN interval '1 day'
    WHEN 'week' THEN interval '7 days' WHEN 'month' THEN interval '30 days' END"""
WINDOW_START = f"date_trunc('hour', now() - {LENGTH}, 'UTC')"
SPENT = f"""coalesce((
    SELECT sum(CASE agents_budget.unit
               WHEN 'tokens' THEN s.input_tokens + s.output_tokens + s.estimated_tokens
               ELSE s.cost + s.estimated_cost END)
    FROM agents_spending s
    WHERE s.owner_id = agents_budget.owner_id AND s.hour >= {WINDOW_START}
      AND (agents_budget.schedule_id IS NULL OR s.schedule_id = agents_budget.schedule_id)), 0)"""
RESERVED = """coalesce((
    SELECT sum(CASE agents_budget.unit WHEN 'tokens' THEN e.reserved_tokens
               ELSE e.reserved_cost END)
    FROM schedules_execution e
    WHERE e.owner_id = agents_budget.owner_id AND e.state = 'running'
      AND (e.reserved_tokens > 0 OR e.reserved_cost > 0) AND agents_budget.period <> 'run'
      AND (agents_budget.schedule_id IS NULL OR e.schedule_id = agents_budget.schedule_id)), 0)"""
# A run that ends turns what was held back for it into what is spent in one transaction: one
# statement, which sees one moment, counts it once.
ACCOUNTS = f"""
SELECT id, owner_id, schedule_id, unit, period, amount, action, {SPENT}, {RESERVED},
    coalesce(alerted_at > now() - coalesce({LENGTH}, interval '1 day'), false)
FROM agents_budget WHERE id = ANY(%s) ORDER BY id
"""


def annotated() -> QuerySet[Budget]:
    """All budgets with how they stand: `spent`, `reserved` and `window_start`."""
    return Budget.objects.annotate(
        spent=RawSQL(SPENT, (), DecimalField()),
        reserved=RawSQL(RESERVED, (), DecimalField()),
        window_start=RawSQL(WINDOW_START, (), DateTimeField()),
    )


def accounts(budget_ids: Sequence[int]) -> list[Account]:
    """Those budgets as they stand now."""
    return [Account(*row) for row in db.fetch(ACCOUNTS, (list(budget_ids),))]
