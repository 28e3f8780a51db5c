"""Django admin of approvals: what runs wait for can be approved or denied."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.formats import localize
from django.utils.html import format_html
from django.utils.timezone import localtime
from unfold.contrib.filters.admin import ChoicesCheckboxFilter
from unfold.decorators import display

from scheduler_project.admin import ReadOnly
from scheduler_project.admin_filters import Searched
from schedules.models import Approval


@admin.register(Approval)
class ApprovalAdmin(ReadOnly):
    """Calls of tools that somebody has to approve, newest first."""

    list_display = ["tool", "asked_for", "owner", "run", "stands", "expires", "decided_by"]
    list_filter = [("state", ChoicesCheckboxFilter), ("owner", Searched)]
    search_fields = ["owner__username"]
    nothing_yet = (
        "An agent may have tools that it has to ask for. Such a call waits here until somebody "
        "approves or denies it."
    )
    ordering = ["-id"]
    actions = ["approve", "deny"]
    fields = [
        *("tool", "asked_for", "owner", "execution", "state", "expires"),
        *("note", "decided_by", "decided_at"),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Approval]:
        """With their runs and owners."""
        return Approval.objects.with_runs().select_related("owner").order_by("-id")

    @display(
        description="State",
        label={"waiting": "warning", "approved": "success", "denied": "danger"},
    )
    def stands(self, approval: Approval) -> str:
        """Whether it is decided."""
        return approval.state

    @admin.display(description="Arguments")
    def asked_for(self, approval: Approval) -> str:
        """All of them."""
        return format_html("<pre>{}</pre>", approval.written)

    @admin.display(description="Run", ordering="parking__execution__schedule_name")
    def run(self, approval: Approval) -> str:
        """What waits for it."""
        return approval.parking.execution.schedule_name or "agent task"

    def execution(self, approval: Approval) -> str:
        """The row of the ledger."""
        key = approval.parking.execution_id
        address = reverse("admin:execution", args=[key], current_app=self.admin_site.name)
        return format_html('<a href="{}">{}</a>', address, key)

    @admin.display(description="Waits until", ordering="parking__expires_at")
    def expires(self, approval: Approval) -> str | None:
        """When it is denied unless somebody has decided."""
        if approval.state != Approval.State.WAITING:
            return None
        return localize(localtime(approval.parking.expires_at))

    @admin.action(description="Approve", permissions=["act"])
    def approve(self, request: HttpRequest, queryset: QuerySet[Approval]) -> HttpResponse:
        """Let the calls be made."""
        return self.in_bulk(request, "approve")

    @admin.action(description="Deny", permissions=["act"])
    def deny(self, request: HttpRequest, queryset: QuerySet[Approval]) -> HttpResponse:
        """Let the runs go on without them."""
        return self.in_bulk(request, "deny")
