"""Budgets on the owners' console."""

from console.own_schedules import OfOwnSchedule
from schedules.budget_admin import BudgetAdmin, BudgetForm


class OwnBudgetForm(OfOwnSchedule, BudgetForm):
    """With a choice of one's schedules."""


class OwnBudgetsAdmin(BudgetAdmin):
    """One's own budgets."""

    form = OwnBudgetForm
