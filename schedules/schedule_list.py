"""The admin's list of schedules: filters, search, and what is done with thousands at once."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from unfold.contrib.filters.admin import BooleanRadioFilter, ChoicesCheckboxFilter
from unfold.decorators import display

from scheduler_project.admin_filters import Days, Searched
from scheduler_project.admin_forms import SavedByServices
from schedules.labels import COLOURS
from schedules.list_filters import LastState
from schedules.models import Schedule


class ScheduleList(SavedByServices):
    """Scheduled commands, newest first."""

    list_display = [
        *("name", "owner", "agent", "schedule_type", "enabled", "next_run_at", "last_run_at"),
        "last",
    ]
    list_filter = [
        ("enabled", BooleanRadioFilter),
        ("schedule_type", ChoicesCheckboxFilter),
        LastState,
        ("owner", Searched),
        ("agent", Searched),
        ("created_at", Days),
    ]
    list_select_related = ["owner", "agent"]
    search_fields = ["id", "name", "owner__username"]
    exported = True
    nothing_yet = (
        "A schedule is a standing order: an agent, a command, and when it runs. Add one, and "
        "watch its first run."
    )
    ordering = ["-id"]
    actions = ["run_now", "enable", "disable", "delete"]

    @display(description="Last run", ordering="last_state", label=COLOURS)
    def last(self, schedule: Schedule) -> str:
        """What became of it."""
        return schedule.last_state

    @admin.action(description="Run now", permissions=["change"])
    def run_now(self, request: HttpRequest, queryset: QuerySet[Schedule]) -> HttpResponse:
        """Start a run of each."""
        return self.in_bulk(request, "run_now")

    @admin.action(description="Enable", permissions=["change"])
    def enable(self, request: HttpRequest, queryset: QuerySet[Schedule]) -> HttpResponse:
        """Switch each on."""
        return self.in_bulk(request, "enable")

    @admin.action(description="Disable", permissions=["change"])
    def disable(self, request: HttpRequest, queryset: QuerySet[Schedule]) -> HttpResponse:
        """Switch each off, with a note of who did it."""
        return self.in_bulk(request, "disable")

    @admin.action(description="Delete", permissions=["delete"])
    def delete(self, request: HttpRequest, queryset: QuerySet[Schedule]) -> HttpResponse:
        """Delete each, through the services."""
        return self.in_bulk(request, "delete")

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Without Django's way to delete: it names all of them on one page, and in one form."""
        found: dict[str, Any] = super().get_actions(request)
        return {name: found[name] for name in found if name != "delete_selected"}
