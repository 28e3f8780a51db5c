"""The audit log, to be read."""

from django.contrib import admin
from django.http import HttpRequest
from django.utils.safestring import SafeString

from journal.history import by, changes_in_brief, changes_of
from journal.models import Entry
from scheduler_project.admin import ReadOnly


@admin.register(Entry)
class EntryAdmin(ReadOnly):
    """Who changed what, newest first."""

    list_display = ["at", "who", "what", "owner", "action", "briefly"]
    list_filter = ["kind"]
    list_select_related = ["owner"]
    # Whole, as it stands in an index: there may be a million entries.
    search_fields = ["actor__exact"]
    search_help_text = "The whole name of who did it."
    ordering = ["-id"]
    fields = ["at", "who", "what", "owner", "action", "fully"]

    @admin.display(description="Who")
    def who(self, entry: Entry) -> str:
        """Who did it, and how."""
        return by(entry)

    @admin.display(description="What")
    def what(self, entry: Entry) -> str:
        """What it was done to."""
        return f"{entry.get_kind_display()} {entry.name}"

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
