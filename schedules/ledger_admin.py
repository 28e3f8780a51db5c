"""Django admin of the ledger: everything can be read, what has not ended can be cancelled."""

from datetime import timedelta

from django.contrib import admin
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from unfold.contrib.filters.admin import ChoicesCheckboxFilter
from unfold.decorators import display

from agents.models import AgentTask
from scheduler_project import admin_search
from scheduler_project.admin import ReadOnly
from scheduler_project.admin_filters import Days, RecordedDays, Searched, bounds
from schedules.labels import COLOURS
from schedules.list_filters import WhyFailed
from schedules.models import Definition, Execution, Schedule
from schedules.times import duration, lateness


@admin.register(Execution)
class ExecutionAdmin(ReadOnly):
    """The ledger, newest first."""

    row_page = "execution"
    list_display = ["name", "owner", "scheduled_for", "stands", "late", "took", "tokens", "said"]
    list_filter = [
        ("state", ChoicesCheckboxFilter),
        ("trigger", ChoicesCheckboxFilter),
        WhyFailed,
        ("schedule", Searched),
        ("agent", Searched),
        ("owner", Searched),
        ("queued_at", RecordedDays),
        ("finished_at", Days),
    ]
    # Not joined: how PostgreSQL reads a million rows must not depend on what it thinks of users.
    list_select_related = ()
    search_fields = ["id", "schedule__name", "owner__username"]
    linked_lookups = ["reason__startswith"]
    exported = True
    nothing_yet = (
        "Each planned time of each schedule becomes a row here, whatever becomes of it. Start a "
        "schedule by hand, or wait until one is due."
    )
    actions = ["cancel", "again"]
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

    def get_queryset(self, request: HttpRequest) -> QuerySet[Execution]:
        """Without what is long, which their pages show."""
        found: QuerySet[Execution] = super().get_queryset(request)
        return found.defer("command").prefetch_related("owner")

    def searched(self, request: HttpRequest, term: str) -> Q:
        """Of deleted schedules by the names that they had, too."""
        # The last definition of what is deleted is never due.
        known = self.whose(request, Definition.objects.filter(next_run_at__isnull=True))
        named = known.filter(admin_search.begins("schedule_name", term))
        gone = named.exclude(Exists(Schedule.objects.filter(pk=OuterRef("schedule_id"))))
        ids = set(gone.values_list("schedule_id", flat=True)[: admin_search.MOST_NAMES])
        return super().searched(request, term) | Q(former_schedule_id__in=ids)

    def get_ordering(self, request: HttpRequest) -> list[str]:
        """Newest first; where days of their end are asked for, in the order of that index."""
        return ["-finished_at"] if any(bounds(request, "finished_at")) else ["-id"]

    @display(description="State", label=COLOURS)
    def stands(self, execution: Execution) -> str:
        """Where it stands."""
        return execution.state

    @admin.display(description="Run")
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
    def cancel(self, request: HttpRequest, queryset: QuerySet[Execution]) -> HttpResponse:
        """Cancel each that has not ended yet."""
        return self.in_bulk(request, "cancel")

    @admin.action(description="Run again", permissions=["again"])
    def again(self, request: HttpRequest, queryset: QuerySet[Execution]) -> HttpResponse:
        """Run each that has ended once more."""
        return self.in_bulk(request, "again")

    def has_again_permission(self, request: HttpRequest) -> bool:
        """Who may also start what may be among them: schedules, and agent tasks of their own."""
        schedules, tasks = map(self.admin_site.get_model_admin, (Schedule, AgentTask))
        starts = schedules.has_change_permission(request) and tasks.has_add_permission(request)
        return starts and self.has_act_permission(request)


def _seconds(duration: timedelta | None) -> str:
    return "" if duration is None else f"{duration.total_seconds():.2f} s"
