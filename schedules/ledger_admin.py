"""Django admin of the ledger: everything can be read, what has not ended can be cancelled."""

from datetime import timedelta

from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from unfold.admin import TabularInline

from scheduler_project.admin import ReadOnly
from scheduler_project.errors import Conflict
from schedules import services
from schedules.models import Attempt, Execution
from schedules.times import duration, lateness


class AttemptInline(TabularInline):
    """The tries of an execution."""

    model = Attempt
    fields = ("number", "trigger", "worker", "agent_task")
    readonly_fields = fields
    can_delete = False
    extra = 0

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Attempts are made by workers."""
        return False


@admin.register(Execution)
class ExecutionAdmin(ReadOnly):
    """The ledger, newest first."""

    row_page = "execution"
    list_display = ["name", "scheduled_for", "state", "late", "took", "tokens", "cost", "said"]
    list_filter = ["state", "trigger"]
    search_fields = ["schedule_name", "owner__username"]
    ordering = ["-id"]
    inlines = [AttemptInline]
    actions = ["cancel"]
    fieldsets = [
        (None, {"fields": ["schedule", "owner", "agent", "command", "trigger", "scheduled_for"]}),
        ("Outcome", {"fields": ["state", "reason", "result", "error_type", "error_message"]}),
        (
            "Spent",
            {
                "fields": [
                    *("input_tokens", "output_tokens", "cached_tokens", "reasoning_tokens"),
                    *("llm_calls", "tool_calls", "cost", "estimated_tokens", "estimated_cost"),
                    *("reserved_tokens", "reserved_cost"),
                ]
            },
        ),
        (
            "Course",
            {
                "fields": [
                    *("queued_at", "not_before", "publish_at", "started_at", "finished_at"),
                    *("late", "took", "attempt", "failures", "max_attempts", "worker"),
                    *("lease_until", "deadline_at", "cancel_requested_at", "coalesced_count"),
                ]
            },
        ),
    ]

    @admin.display(description="Run", ordering="schedule_name")
    def name(self, execution: Execution) -> str:
        """What ran."""
        return execution.schedule_name or "agent task"

    @admin.display(description="Lateness")
    def late(self, execution: Execution) -> str:
        """From the planned time to the start."""
        return _seconds(lateness(execution))

    @admin.display(description="Duration")
    def took(self, execution: Execution) -> str:
        """From the start to the end."""
        return _seconds(duration(execution))

    @admin.display(description="Tokens")
    def tokens(self, execution: Execution) -> str:
        """Into and out of the model."""
        return f"{execution.input_tokens} + {execution.output_tokens}"

    @admin.display(description="Answer, error or reason")
    def said(self, execution: Execution) -> str:
        """The one line that says most."""
        return execution.result_summary or execution.error_message or execution.reason

    def result(self, execution: Execution) -> str:
        """The full answer of the last attempt."""
        last = execution.attempts.select_related("agent_task").last()
        return last.agent_task.result if last else ""

    @admin.action(description="Cancel", permissions=["act"])
    def cancel(self, request: HttpRequest, queryset: QuerySet[Execution]) -> None:
        """Cancel each that has not ended yet."""
        for execution in queryset:
            try:
                services.cancel_execution(execution=execution)
            except Conflict as error:
                self.message_user(request, f"{execution}: {error}", messages.ERROR)


def _seconds(duration: timedelta | None) -> str:
    return "" if duration is None else f"{duration.total_seconds():.2f} s"
