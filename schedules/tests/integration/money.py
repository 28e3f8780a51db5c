"""Budgets and what was spent, for tests of both."""

from decimal import Decimal
from typing import Any

from agents.models import Budget, Spending
from schedules import balances, db
from schedules.models import Schedule


def limit(schedule: Schedule, amount: Any, *, whole: bool = False, **fields: Any) -> Budget:
    """A budget of tokens a day for a schedule, or (`whole`) for all that its owner has."""
    values: dict[str, Any] = {"unit": "tokens", "period": "day", "amount": Decimal(str(amount))}
    values |= {"owner_id": schedule.owner_id, "schedule_id": None if whole else schedule.pk}
    return Budget.objects.create(**(values | fields))


def stands(budget: Budget) -> tuple[Decimal, Decimal]:
    """What was spent of it, and what is held back."""
    (account,) = balances.accounts([budget.pk])
    return account.spent, account.reserved


def spent(schedule: Schedule, *, hours: float = 0, **amounts: Any) -> Spending:
    """What runs of a schedule are said to have spent so many hours ago."""
    (ago,) = db.fetch("SELECT date_trunc('hour', now() - %s * interval '1 hour', 'UTC')", (hours,))
    values = {"owner_id": schedule.owner_id, "schedule_id": schedule.pk, "hour": ago[0]}
    return Spending.objects.create(**(values | {"model": "m", "runs": 1} | amounts))
