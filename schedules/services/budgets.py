"""Create, change and delete budgets; they count from the next claim on."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from agents.models import Budget
from scheduler_project.errors import Conflict
from scheduler_project.versions import Versions, check
from schedules.models import Schedule

FIELDS = ("schedule_id", "unit", "period", "amount", "action")
CHOICES = {"unit": Budget.Unit, "period": Budget.Period, "action": Budget.Action}
HIGHEST = Decimal(10) ** 13


@transaction.atomic
def create_budget(*, owner: AbstractBaseUser, fields: Mapping[str, Any]) -> Budget:
    """Record a budget of this owner; `fields` are some of FIELDS, the others get their defaults."""
    budget = Budget(owner_id=owner.pk, **fields)
    _lock_schedule(budget)
    check_budget(budget)
    _save(budget, force_insert=True)
    return budget


@transaction.atomic
def update_budget(
    *, budget: Budget, changes: Mapping[str, Any], versions: Versions = None
) -> Budget:
    """Change a budget; its owner is told anew when it is overrun.

    Where nothing differs, nothing is written. Stale if it is of none of these versions by now.
    """
    wanted = Budget(owner_id=budget.owner_id, schedule_id=changes.get("schedule_id"))
    if "schedule_id" in changes:
        # Before the budget's own row: the order that claims take them in.
        _lock_schedule(wanted)
    current = Budget.objects.select_for_update().filter(pk=budget.pk).first()
    if current is None:
        raise Conflict("The budget has been deleted in the meantime.")
    check(current, versions)
    changed = {name for name, value in changes.items() if getattr(current, name) != value}
    for name in changed:
        setattr(current, name, changes[name])
    check_budget(current)
    if not changed:
        return current
    current.alerted_at = None
    _save(current)
    return current


def delete_budget(*, budget: Budget) -> None:
    """Delete a budget; what was spent stays on record."""
    budget.delete()


def check_budget(budget: Budget) -> None:
    """ValidationError with a sentence for each field that a budget cannot have."""
    errors = {
        name: f"Choose one of {', '.join(choices.values)}."
        for name, choices in CHOICES.items()
        if getattr(budget, name) not in choices.values
    }
    if problem := _problem_with(budget.amount, budget.unit):
        errors["amount"] = problem
    if errors:
        raise ValidationError(errors)


def _problem_with(amount: Decimal | None, unit: str) -> str:
    if amount is None or not 0 <= amount <= HIGHEST:
        return f"Give an amount from 0 to {HIGHEST:,}."
    if unit == Budget.Unit.TOKENS and amount != int(amount):
        return "Give a whole number of tokens."
    if amount != round(amount, 6):
        return "Give dollars with six decimal places at most."
    return ""


def _lock_schedule(budget: Budget) -> None:
    """Keep the schedule from being deleted before its budget is committed."""
    if budget.schedule_id is None:
        return
    own = Schedule.objects.filter(pk=budget.schedule_id, owner_id=budget.owner_id)
    if not own.select_for_update(no_key=True):
        raise ValidationError(
            {"schedule": f"The budget's owner has no schedule with the id {budget.schedule_id}."}
        )


def _save(budget: Budget, *, force_insert: bool = False) -> None:
    """Write it; a second one of the same kind is refused, also when it comes at the same time."""
    try:
        with transaction.atomic():
            budget.save(force_insert=force_insert)
    except IntegrityError as error:
        if "budget_said_once" not in str(error):
            raise
        raise ValidationError(
            {"amount": "There is such a budget already, in all but its amount: change that one."}
        ) from error
