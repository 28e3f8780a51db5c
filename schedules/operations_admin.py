"""Django admin of what operators watch and do: notifications, and stopping everything."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.contrib.filters.admin import ChoicesCheckboxFilter

from scheduler_project.admin import ReadOnly
from scheduler_project.admin_filters import Searched
from scheduler_project.admin_forms import SavedByServices
from scheduler_project.forms import ServedForm
from schedules import services
from schedules.models import Notification, Stop


@admin.register(Notification)
class NotificationAdmin(ReadOnly):
    """What owners were told."""

    list_display = ["created_at", "owner", "kind", "message", "read_at"]
    list_filter = [("kind", ChoicesCheckboxFilter), ("owner", Searched)]
    list_select_related = ["owner"]
    search_fields = ["owner__username"]
    nothing_yet = (
        "What somebody has to know is said here: a call that waits for approval, a schedule that "
        "was paused, a budget that is used up, a webhook that was switched off."
    )
    ordering = ["-id"]


class StopForm(ServedForm):
    """Says so where staff have stopped it already."""

    class Meta:
        model = Stop
        fields = ["owner", "note"]

    def clean(self) -> dict[str, Any]:
        """The values; the database has the last word on two at the same moment."""
        values = super().clean() or {}
        if Stop.objects.filter(owner=values.get("owner"), by_staff=True).exists():
            self.add_error("owner", "Staff have stopped that already.")
        return values


@admin.register(Stop)
class StopAdmin(SavedByServices):
    """Adding a stop lets nothing start; deleting it lets everything go on."""

    form = StopForm
    list_display = ["__str__", "by_staff", "note", "stopped_by", "stopped_at"]
    nothing_yet = (
        "Everything may run. A stop lets nothing start, of one owner or of all, until it is lifted."
    )
    list_select_related = ["owner"]
    fields = ["owner", "note", "stopped_by", "stopped_at"]
    readonly_fields = ["stopped_by", "stopped_at"]
    autocomplete_fields = ["owner"]

    def has_change_permission(self, request: HttpRequest, obj: Stop | None = None) -> bool:
        """A stop stands or is lifted."""
        return False

    def save_model(self, request: HttpRequest, obj: Stop, form: Any, change: bool) -> None:
        """Stop, through the services."""
        by = request.user.get_username()
        obj.pk = services.stop(owner=obj.owner, by=by, note=obj.note).pk

    def delete_model(self, request: HttpRequest, obj: Stop) -> None:
        """Resume, through the services."""
        services.resume(owner=obj.owner, by_staff=obj.by_staff)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Stop]) -> None:
        """Resume each, through the services."""
        for stop in queryset.select_related("owner"):
            services.resume(owner=stop.owner, by_staff=stop.by_staff)
