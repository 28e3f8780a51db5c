"""Django admin of API keys."""

from django.contrib import admin
from django.http import HttpRequest

from accounts.models import ApiKey
from scheduler_project.admin import ReadOnly


@admin.register(ApiKey)
class ApiKeyAdmin(ReadOnly):
    """Keys of all owners: to be looked at, and revoked. Owners make theirs by the API."""

    list_display = ["name", "owner", "scope", "public", "created_at", "expires_at", "last_used_at"]
    list_filter = ["scope", "expires_at"]
    list_select_related = ["owner"]
    search_fields = ["name", "public", "owner__username"]
    exclude = ["hashed"]
    ordering = ["-id"]

    def has_delete_permission(self, request: HttpRequest, obj: ApiKey | None = None) -> bool:
        """Deleting one revokes it."""
        return super(ReadOnly, self).has_delete_permission(request, obj)
