"""Django admin of schedules: translate, call a service, translate back."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from agents.models import Agent
from scheduler_project.ids import number
from schedules import (
    agent_task_admin,  # noqa: F401  (registers itself)
    approval_admin,  # noqa: F401  (registers itself)
    budget_admin,  # noqa: F401  (registers itself)
    ledger_admin,  # noqa: F401  (registers itself)
    operations_admin,  # noqa: F401  (registers itself)
    periodic_task_admin,  # noqa: F401  (registers itself)
    services,
)
from schedules.forms import ATTEMPTS, BOUNDS, POLICIES, WHEN, ScheduleForm, copied
from schedules.models import Schedule
from schedules.schedule_list import ScheduleList
from schedules.timing import FIELDS_OF_TYPE

COUNTERS = [
    *("note", "next_run_at", "last_run_at", "last_state", "run_count", "consecutive_failures")
]


def _folded(*names: str) -> dict[str, Any]:
    """A set of fields that most schedules leave as they are."""
    return {"fields": names, "classes": ["collapse"]}


def _only_agent(request: HttpRequest) -> dict[str, Any]:
    """Who has but one agent need not choose."""
    found = Agent.objects.filter(owner_id=request.user.pk).values_list("pk", flat=True)[:2]
    return {"agent": found[0]} if len(found) == 1 else {}


@admin.register(Schedule)
class ScheduleAdmin(ScheduleList):
    """Scheduled commands of all owners."""

    form = ScheduleForm
    row_page = "schedule"
    autocomplete_fields = ["owner", "agent"]
    fieldsets = [
        (None, {"fields": ["owner", "name", "agent", "command"]}),
        ("When", {"fields": [*WHEN, "timezone", "enabled"]}),
        ("Start, end and number of runs", _folded(*BOUNDS)),
        ("When something goes wrong", _folded(*POLICIES, *ATTEMPTS)),
        ("Description", _folded("description")),
        ("So far", _folded(*COUNTERS)),
    ]
    conditional_fields = {
        name: f"schedule_type == '{kind}'"
        for kind, names in FIELDS_OF_TYPE.items()
        for name in names
    }

    def get_fieldsets(self, request: HttpRequest, obj: Schedule | None = None) -> Any:
        """Of a new schedule there is nothing so far."""
        fieldsets = super().get_fieldsets(request, obj)
        return fieldsets if obj else fieldsets[:-1]

    def get_readonly_fields(self, request: HttpRequest, obj: Schedule | None = None) -> list[str]:
        """A schedule keeps its owner; its counters are the ledger's."""
        return COUNTERS if obj is None else ["owner", *COUNTERS]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """The owner is whoever asks; the rest, of the schedule that `copy` names, if any."""
        initial = {"owner": request.user.pk, "interval_unit": "minutes", **_only_agent(request)}
        initial |= super().get_changeform_initial_data(request)
        key = number(request.GET.get("copy", ""))
        found = None if key is None else self.get_queryset(request).filter(pk=key)
        if found is None or not self.has_view_permission(request):
            return initial
        return initial | copied(found.first())

    def response_post_save_add(self, request: HttpRequest, obj: Schedule) -> HttpResponse:
        """To its page."""
        return redirect(self.address_of(obj.pk))

    def response_post_save_change(self, request: HttpRequest, obj: Schedule) -> HttpResponse:
        """To its page."""
        return redirect(self.address_of(obj.pk))

    def save_model(
        self, request: HttpRequest, obj: Schedule, form: ScheduleForm, change: bool
    ) -> None:
        """Save through the services."""
        fields = form.changes()
        if change:
            services.update_schedule(schedule=obj, changes=fields, versions=form.versions)
        else:
            obj.pk = services.create_schedule(owner=obj.owner, fields=fields).pk

    def delete_model(self, request: HttpRequest, obj: Schedule) -> None:
        """Delete through the services."""
        services.delete_schedule(schedule=obj)
