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
TOKENS = "s.input_tokens + s.output_tokens + s.estimated_tokens"
COST = "s.cost + s.estimated_cost"
# Asked apart, as each has an index of its own: an owner's hours, and those of one schedule.
OF_OWNER = "s.owner_id = {0}.owner_id AND s.hour >= {1} AND {0}.schedule_id IS NULL"
OF_SCHEDULE = "s.owner_id = {0}.owner_id AND s.hour >= {1} AND s.schedule_id = {0}.schedule_id"
AMOUNT = f"sum(CASE agents_budget.unit WHEN 'tokens' THEN {TOKENS} ELSE {COST} END)"
SPENT = f"""coalesce(CASE WHEN agents_budget.schedule_id IS NULL
    THEN (SELECT {AMOUNT} FROM agents_spending s
          WHERE {OF_OWNER.format("agents_budget", WINDOW_START)})
    ELSE (SELECT {AMOUNT} FROM agents_spending s
          WHERE {OF_SCHEDULE.format("agents_budget", WINDOW_START)}) END, 0)"""
RESERVED = """coalesce((
    SELECT sum(CASE agents_budget.unit WHEN 'tokens' THEN e.reserved_tokens
               ELSE e.reserved_cost END)
    FROM schedules_execution e
    WHERE e.owner_id = agents_budget.owner_id AND e.state = 'running'
      AND (e.reserved_tokens > 0 OR e.reserved_cost > 0) AND agents_budget.period <> 'run'
      AND (agents_budget.schedule_id IS NULL OR e.schedule_id = agents_budget.schedule_id)), 0)"""
# The locks of an owner's budgets are held meanwhile: all budgets of an owner, or of a schedule,
# share one look at its hours. Nothing is added up that none of them asks for.
SUMS = ", ".join(
    f"sum({amount}) FILTER (WHERE scope.{unit} AND s.hour >= scope.{period}) AS {period}_{unit}"
    for unit, amount in (("tokens", TOKENS), ("dollars", COST))
    for period in ("day", "week", "month")
)
SHARED = """(CASE agents_budget.period || '_' || agents_budget.unit
    WHEN 'day_tokens' THEN day_tokens WHEN 'day_dollars' THEN day_dollars
    WHEN 'week_tokens' THEN week_tokens WHEN 'week_dollars' THEN week_dollars
    WHEN 'month_tokens' THEN month_tokens WHEN 'month_dollars' THEN month_dollars END)"""
# A run that ends turns what was held back for it into what is spent in one transaction: one
# statement, which sees one moment, counts it once.
ACCOUNTS = f"""
WITH scope AS MATERIALIZED (
    SELECT owner_id, schedule_id, min({WINDOW_START}) AS since,
        bool_or(unit = 'tokens') AS tokens, bool_or(unit = 'dollars') AS dollars,
        date_trunc('hour', now() - interval '1 day', 'UTC') AS day,
        date_trunc('hour', now() - interval '7 days', 'UTC') AS week,
        date_trunc('hour', now() - interval '30 days', 'UTC') AS month
    FROM agents_budget WHERE id = ANY(%(ids)s) AND period <> 'run'
    GROUP BY owner_id, schedule_id),
spent AS MATERIALIZED (
    SELECT owner_id AS whose, schedule_id AS of_schedule, sums.*
    FROM scope CROSS JOIN LATERAL (
        SELECT {SUMS} FROM agents_spending s
        WHERE {OF_OWNER.format("scope", "scope.since")}) sums
    WHERE schedule_id IS NULL
    UNION ALL
    SELECT owner_id, schedule_id, sums.*
    FROM scope CROSS JOIN LATERAL (
        SELECT {SUMS} FROM agents_spending s
        WHERE {OF_SCHEDULE.format("scope", "scope.since")}) sums
    WHERE schedule_id IS NOT NULL)
SELECT id, owner_id, schedule_id, unit, period, amount, action, coalesce({SHARED}, 0), {RESERVED},
    coalesce(alerted_at > now() - coalesce({LENGTH}, interval '1 day'), false)
FROM agents_budget
LEFT JOIN spent ON whose = owner_id AND of_schedule IS NOT DISTINCT FROM schedule_id
WHERE id = ANY(%(ids)s) ORDER BY id
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
    return [Account(*row) for row in db.fetch(ACCOUNTS, {"ids": list(budget_ids)})]
