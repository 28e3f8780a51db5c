"""What lists of schedules and executions can be narrowed down to."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django_filters import BooleanFilter, NumberFilter
from django_filters import rest_framework as filters

from agents.models import Agent, Budget
from scheduler_project.api.permissions import own
from schedules.models import Execution, Schedule


class TrueOrFalseField(forms.Field):
    """True, false or left out; what is none of them is refused, not taken for left out."""

    meanings = {"true": True, "1": True, "false": False, "0": False, "": None}

    def to_python(self, value: str | None) -> bool | None:
        """What is meant; ValidationError where that is not clear."""
        text = (value or "").lower()
        if text not in self.meanings:
            raise ValidationError("Give true or false.")
        return self.meanings[text]


class TrueOrFalse(BooleanFilter):
    """By a condition that holds or does not."""

    field_class = TrueOrFalseField


class WholeNumber(NumberFilter):
    """By an id, of which there may be no row any more."""

    field_class = forms.IntegerField

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, min_value=1, max_value=2**63 - 1, **options)


class ScheduleFilter(filters.FilterSet):
    """By switch, type and agent."""

    enabled = TrueOrFalse()
    agent = filters.ModelChoiceFilter(queryset=own(Agent))

    class Meta:
        model = Schedule
        fields = ["enabled", "schedule_type", "agent"]


class BudgetFilter(filters.FilterSet):
    """By schedule, unit, period and action."""

    schedule = WholeNumber("schedule_id")

    class Meta:
        model = Budget
        fields = ["schedule", "unit", "period", "action"]


class ExecutionFilter(filters.FilterSet):
    """By state, trigger, schedule and agent."""

    schedule = filters.ModelChoiceFilter(queryset=own(Schedule))
    agent = filters.ModelChoiceFilter(queryset=own(Agent))
    former_schedule = WholeNumber(
        "former_schedule_id", label="The history of a schedule that is deleted, by its id."
    )

    class Meta:
        model = Execution
        fields = ["state", "trigger", "schedule", "agent"]
