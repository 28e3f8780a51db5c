"""The audit log, to be read."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.contrib.filters.admin import ChoicesCheckboxFilter

from journal.history import by, changes_in_brief, changes_of, model_of
from journal.models import Entry
from scheduler_project.admin import ReadOnly
from scheduler_project.admin_filters import Days, Searched, bounds


@admin.register(Entry)
class EntryAdmin(ReadOnly):
    """Who changed what, newest first."""

    list_display = ["at", "who", "what", "owner", "action", "briefly", "more"]
    list_filter = [("kind", ChoicesCheckboxFilter), ("owner", Searched), ("at", Days)]
    list_select_related = ["owner"]
    # Whole, as it stands in an index: there may be a million entries.
    search_fields = ["actor__exact"]
    search_help_text = "The whole name of who did it"
    linked_lookups = ["object_id"]
    nothing_yet = "Each change becomes a row here: who made it, when, and from what to what."
    fields = ["at", "who", "what", "owner", "action", "fully"]

    def get_ordering(self, request: HttpRequest) -> list[str]:
        """Newest first; where days are asked for, in the order of their index."""
        return ["-at"] if any(bounds(request, "at")) else ["-id"]

    @admin.display(description="Who")
    def who(self, entry: Entry) -> str:
        """Who did it, and how."""
        return by(entry)

    @admin.display(description="What")
    def what(self, entry: Entry) -> SafeString:
        """What it was done to, and where that is."""
        said, model = f"{entry.get_kind_display()} {entry.name}", model_of(entry.kind)
        if entry.action == Entry.Action.DELETED or not self.admin_site.is_registered(model):
            return format_html("{}", said)
        known: Any = self.admin_site.get_model_admin(model)
        return format_html('<a href="{}">{}</a>', known.address_of(entry.object_id), said)

    @admin.display(description="History")
    def more(self, entry: Entry) -> SafeString:
        """All that was done to it."""
        of_it = f"kind__exact={entry.kind}&object_id={entry.object_id}"
        return format_html('<a href="?{}">All of {}</a>', of_it, entry.name or "it")

    @admin.display(description="Changes")
    def briefly(self, entry: Entry) -> SafeString:
        """What fits into a list."""
        return changes_in_brief(entry)

    @admin.display(description="Changes")
    def fully(self, entry: Entry) -> SafeString:
        """All that there is to know."""
        return changes_of(entry)

    def has_module_permission(self, request: HttpRequest) -> bool:
        """For those who may read it."""
        return self.has_view_permission(request)
