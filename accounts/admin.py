"""Django admin of API keys."""

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from unfold.contrib.filters.admin import ChoicesCheckboxFilter

from accounts import keys
from accounts.models import ApiKey
from scheduler_project.admin import ReadOnly
from scheduler_project.admin_filters import Days


@admin.register(ApiKey)
class ApiKeyAdmin(ReadOnly):
    """Keys of all owners: to be looked at, and revoked; owners make theirs."""

    list_display = ["name", "owner", "scope", "begins", "created_at", "expires_at", "last_used_at"]
    list_filter = [("scope", ChoicesCheckboxFilter), ("expires_at", Days)]
    list_select_related = ["owner"]
    search_fields = ["name", "public", "owner__username"]
    search_help_text = "How its name, or the key itself, begins"
    sortable_by = ["name", "created_at", "expires_at", "last_used_at"]
    nothing_yet = (
        "A program uses the API with a key, as its owner. A key is shown once, when it is made."
    )
    exclude = ["hashed"]
    ordering = ["-id"]

    def searched(self, request: HttpRequest, term: str) -> Q:
        """Also by what people see of a key."""
        return super().searched(request, term.removeprefix(keys.PREFIX))

    @admin.display(description="Begins with")
    def begins(self, key: ApiKey) -> str:
        """As it stands where it is used."""
        return f"{keys.PREFIX}{key.public}"

    def has_delete_permission(self, request: HttpRequest, obj: ApiKey | None = None) -> bool:
        """Deleting one revokes it."""
        return super(ReadOnly, self).has_delete_permission(request, obj)

    def delete_model(self, request: HttpRequest, obj: ApiKey) -> None:
        """Revoke it."""
        keys.revoke(obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[ApiKey]) -> None:
        """Revoke each."""
        for key in queryset:
            keys.revoke(key)
