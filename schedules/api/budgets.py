"""/api/budgets: what one's runs may spend, and how that stands."""

from decimal import Decimal
from typing import Any, cast

from django.contrib.auth.models import AbstractBaseUser
from rest_framework import serializers, viewsets
from rest_framework.serializers import BaseSerializer

from accounts.idempotency import Idempotent
from agents.models import Budget
from scheduler_project.api.located import Located
from scheduler_project.api.permissions import OwnedByRequester
from scheduler_project.api.serializers import NamedChoiceField, OwnedField, StrictSerializer
from scheduler_project.api.versioned import Versioned
from schedules import balances, services
from schedules.api.filters import BudgetFilter
from schedules.models import Schedule


class ScheduleIdField(OwnedField):
    """A schedule of the requester's, kept as its number."""

    def to_internal_value(self, data: Any) -> int:
        """The number; ValidationError when the requester has no such schedule."""
        return int(super().to_internal_value(data).pk)


class AmountField(serializers.DecimalField):
    """Tokens or dollars, no digit more than there is."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_digits=20, decimal_places=6, normalize_output=True, **options)


class BudgetSerializer(StrictSerializer, serializers.ModelSerializer[Budget]):
    """A budget and how it stands; what its fields may say is checked by the services."""

    serializer_choice_field = NamedChoiceField
    schedule = ScheduleIdField(
        source="schedule_id",
        queryset=Schedule.objects.all(),
        required=False,
        allow_null=True,
        help_text="Whose runs it is for; null: all of the owner's runs together.",
    )
    amount = AmountField()
    spent = AmountField(
        read_only=True, help_text="In its period, estimates included; 0 for budgets of each run."
    )
    reserved = AmountField(read_only=True, help_text="Held back for runs that are going on.")
    left = serializers.SerializerMethodField(help_text="What the next run may spend at most.")
    window_start = serializers.DateTimeField(
        read_only=True,
        allow_null=True,
        help_text="Since when spending counts, by whole hours; null for budgets of each run.",
    )

    class Meta:
        model = Budget
        read_only_fields = ["id", "owner", "alerted_at", "created_at", "updated_at"]
        fields = [
            *("id", "owner", "schedule", "unit", "period", "amount", "action", "spent"),
            *("reserved", "left", "window_start", "alerted_at", "created_at", "updated_at"),
        ]
        # Uniqueness is the services' business: the database's constraint makes it true.
        validators: list[Any] = []

    def get_left(self, budget: Any) -> str:
        """The amount less what is spent or held back."""
        left = max(budget.amount - budget.spent - budget.reserved, Decimal(0))
        return str(AmountField().to_representation(left))


def defaults() -> dict[str, Any]:
    """What a field that a PUT leaves out goes back to."""
    return {"schedule_id": None, "action": Budget().action}


class BudgetViewSet(
    Idempotent, Located, Versioned, OwnedByRequester, viewsets.ModelViewSet[Budget]
):
    """What one's runs may spend: each, or in the last day, 7 or 30 days."""

    queryset = balances.annotated()
    serializer_class = BudgetSerializer
    filterset_class = BudgetFilter
    ordering = ("-id",)
    ordering_fields = ["id", "amount", "created_at", "updated_at"]

    def perform_create(self, serializer: BaseSerializer[Budget]) -> None:
        """A new budget of the requester's, which counts from now what was spent before, too."""
        owner = cast(AbstractBaseUser, self.request.user)
        budget = services.create_budget(owner=owner, fields=serializer.validated_data)
        serializer.instance = self.get_queryset().get(pk=budget.pk)

    def perform_update(self, serializer: BaseSerializer[Budget]) -> None:
        """PATCH changes what is given; PUT sets the rest to its defaults."""
        replaced = {} if serializer.partial else defaults()
        budget = services.update_budget(
            budget=cast(Budget, serializer.instance),
            changes=replaced | serializer.validated_data,
            versions=self.wanted_versions(),
        )
        serializer.instance = self.get_queryset().get(pk=budget.pk)

    def perform_destroy(self, instance: Budget) -> None:
        """What was spent stays under `/api/spending`."""
        services.delete_budget(budget=instance)
