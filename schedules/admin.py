"""Django admin of schedules: translate, call a service, translate back."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from schedules import (
    agent_task_admin,  # noqa: F401  (registers itself)
    approval_admin,  # noqa: F401  (registers itself)
    budget_admin,  # noqa: F401  (registers itself)
    db,
    definition,
    ledger_admin,  # noqa: F401  (registers itself)
    operations_admin,  # noqa: F401  (registers itself)
    periodic_task_admin,  # noqa: F401  (registers itself)
    services,
)
from schedules.models import Schedule
from schedules.schedule_list import ScheduleList

WHEN = ["schedule_type", "cron_expression", "interval_value", "interval_unit", "run_at"]
BOUNDS = ["timezone", "start_at", "end_at", "max_runs"]
POLICIES = ["overlap_policy", "missed_policy", "misfire_grace_seconds", "jitter_seconds"]
ATTEMPTS = ["max_attempts", "retry_backoff_seconds", "timeout_seconds", "pause_after_failures"]
WHAT = ["name", "description", "agent", "command", "enabled"]
FIELDS = [*WHAT, *WHEN, *BOUNDS, *POLICIES, *ATTEMPTS]
COUNTERS = ["note", "next_run_at", "last_run_at", "last_state", "run_count"]


class ScheduleForm(forms.ModelForm):
    """Shows what the services would refuse at the field that it concerns."""

    class Meta:
        model = Schedule
        fields = ["owner", *FIELDS]

    def clean(self) -> dict[str, Any]:
        """The values, checked as the API's are."""
        values = super().clean() or {}
        if not self.errors:
            now = db.now()
            draft = Schedule(id=self.instance.pk, anchor_at=now, owner=self._owner(values))
            for name in FIELDS:
                setattr(draft, name, values[name])
            definition.check(draft, self.changed_data, now)
        return values

    def _owner(self, values: dict[str, Any]) -> Any:
        return values.get("owner") or self.instance.owner


@admin.register(Schedule)
class ScheduleAdmin(ScheduleList):
    """Scheduled commands of all owners."""

    form = ScheduleForm
    autocomplete_fields = ["owner", "agent"]
    fieldsets = [
        (None, {"fields": ["owner", *WHAT]}),
        ("When", {"fields": [*WHEN, *BOUNDS]}),
        ("Policies", {"fields": [*POLICIES, *ATTEMPTS]}),
        ("So far", {"fields": [*COUNTERS, "consecutive_failures"]}),
    ]

    def get_readonly_fields(self, request: HttpRequest, obj: Schedule | None = None) -> list[str]:
        """A schedule keeps its owner; its counters are the ledger's."""
        counters = [*COUNTERS, "consecutive_failures"]
        return counters if obj is None else ["owner", *counters]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Whoever adds a schedule is its owner, unless they choose another."""
        return {"owner": request.user.pk} | super().get_changeform_initial_data(request)

    def save_model(
        self, request: HttpRequest, obj: Schedule, form: ScheduleForm, change: bool
    ) -> None:
        """Save through the services."""
        fields = {name: form.cleaned_data[name] for name in FIELDS}
        if change:
            services.update_schedule(schedule=obj, changes=fields)
        else:
            obj.pk = services.create_schedule(owner=obj.owner, fields=fields).pk

    def delete_model(self, request: HttpRequest, obj: Schedule) -> None:
        """Delete through the services."""
        services.delete_schedule(schedule=obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Schedule]) -> None:
        """Delete through the services, one by one."""
        for schedule in queryset:
            services.delete_schedule(schedule=schedule)
