"""Filters of the admin's lists of schedules and executions."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.contrib.filters.admin import CheckboxFilter, DropdownFilter

from agents.errors import ErrorType
from schedules.models.execution import STATE_CHOICES


class WhyFailed(DropdownFilter):
    """By the type of error."""

    title = "why it failed"
    parameter_name = "error_type"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """All that there are."""
        return [(each.value, each.value.replace("_", " ")) for each in ErrorType]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """What has failed so."""
        chosen = self.value()
        return queryset.filter(error_type=chosen) if chosen else queryset


class LastState(CheckboxFilter):
    """By what became of the last run."""

    title = "last run"
    parameter_name = "last_state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """All states, in words."""
        return STATE_CHOICES

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Those with one of the chosen states."""
        chosen = self.value()
        return queryset.filter(last_state__in=chosen) if chosen else queryset
