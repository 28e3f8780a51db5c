"""Django admin of budgets."""

from decimal import Decimal
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from agents.budgets import shown
from agents.models import Budget
from scheduler_project.admin_filters import Searched
from scheduler_project.admin_forms import SavedByServices
from scheduler_project.forms import ServedForm
from schedules import balances, services
from schedules.services.budgets import FIELDS


class BudgetForm(ServedForm):
    """Shows what the services would refuse at the field that it concerns."""

    class Meta:
        model = Budget
        fields = ["owner", *FIELDS]

    known_as = {"schedule": "schedule_id"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["amount"] = _trimmed(self.instance.amount)

    def clean(self) -> dict[str, Any]:
        """The values, checked as the API's are."""
        values = super().clean() or {}
        if not self.errors:
            services.check_budget(Budget(**{name: values[name] for name in FIELDS}))
        return values


@admin.register(Budget)
class BudgetAdmin(SavedByServices):
    """Budgets of all owners, and how they stand."""

    form = BudgetForm
    list_display = ["__str__", "owner", "schedule_id", "action", "so_far", "held_back"]
    list_filter = ["unit", "period", "action", ("owner", Searched)]
    sortable_by = ["action"]
    list_select_related = ["owner"]
    search_fields = ["owner__username"]
    nothing_yet = (
        "A budget bounds what runs may spend, in tokens or dollars: each run, or all of a day, a "
        "week or a month. Without one they spend what they need."
    )
    autocomplete_fields = ["owner"]
    ordering = ["-id"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Budget]:
        """With how they stand."""
        return balances.annotated().order_by("-id")

    def get_readonly_fields(self, request: HttpRequest, obj: Budget | None = None) -> list[str]:
        """A budget keeps its owner."""
        return [] if obj is None else ["owner"]

    @admin.display(description="Spent")
    def so_far(self, budget: Any) -> str:
        """In its period until now."""
        return shown(budget.spent, budget.unit)

    @admin.display(description="Held back")
    def held_back(self, budget: Any) -> str:
        """For runs that are going on."""
        return shown(budget.reserved, budget.unit)

    def save_model(self, request: HttpRequest, obj: Budget, form: BudgetForm, change: bool) -> None:
        """Save through the services."""
        fields = form.changes()
        if change:
            services.update_budget(budget=obj, changes=fields, versions=form.versions)
        else:
            obj.pk = services.create_budget(owner=obj.owner, fields=fields).pk

    def delete_model(self, request: HttpRequest, obj: Budget) -> None:
        """Delete through the services."""
        services.delete_budget(budget=obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Budget]) -> None:
        """Delete through the services, one by one."""
        for budget in queryset:
            services.delete_budget(budget=budget)


def _trimmed(amount: Decimal) -> Decimal:
    """Without the zeros at its end that the column has."""
    whole = amount.to_integral_value()
    return whole if amount == whole else amount.normalize()
