"""Users in the console of the staff."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import User
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from agents.models import Agent, AgentTask, Budget, Spending
from hooks.models import Hook
from scheduler_project.admin import Listed
from schedules.models import Execution, Schedule

RIGHTS = ("is_staff", "is_superuser", "groups", "user_permissions")
THINGS: tuple[type[Model], ...] = (
    *(Schedule, Agent, Execution, AgentTask, Spending, Budget, Hook),
)


class Users(Listed, UserAdmin):  # type: ignore[misc]
    """Django's own, with the console's forms.

    Whoever may only change users gives nobody any right, and takes no account over that has some.
    Whoever has anything stays: to delete a million runs takes more than one request, and the
    ledger would no longer account for them.
    """

    form, add_form = UserChangeForm, UserCreationForm
    # The console's own pages have none.
    add_fieldsets = UserAdmin.add_fieldsets
    change_password_form = AdminPasswordChangeForm
    list_filter = ["is_staff", "is_superuser", "is_active"]
    search_fields = ["username", "email"]
    sortable_by = ["username"]  # type: ignore[misc]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Rights, for whoever is no superuser."""
        found = super().get_readonly_fields(request, obj)
        return found if _is_superuser(request) else (*found, *RIGHTS)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Of staff: superusers."""
        return super().has_change_permission(request, obj) and _may_touch(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Of staff: superusers."""
        return super().has_delete_permission(request, obj) and _may_touch(request, obj)

    def get_actions(self, request: HttpRequest) -> Any:
        """None that deletes: that is asked of each."""
        found = super().get_actions(request)
        found.pop("delete_selected", None)
        return found

    def delete_view(self, request: HttpRequest, object_id: str, *args: Any) -> HttpResponse:
        """The page that asks whether one is sure, of somebody who has nothing."""
        user = self.get_object(request, object_id)
        if user is None or not _has_things(user) or not self.has_delete_permission(request, user):
            return super().delete_view(request, object_id, *args)
        self.message_user(request, self._kept(user), messages.ERROR)
        return redirect(self.address_of(user.pk))

    def _kept(self, user: User) -> SafeString:
        stops = reverse("admin:schedules_stop_add", current_app=self.admin_site.name)
        return format_html(
            "{0} has schedules, agents or runs, which are kept. To shut {0} out, switch off "
            "“Active” here: whoever is not active cannot sign in, and their API keys are refused. "
            'But schedules of theirs go on, until you <a class="link" href="{1}?owner={2}">stop '
            "everything of {0}</a> or pause them.",
            *(user, stops, user.pk),
        )


def _is_superuser(request: HttpRequest) -> bool:
    return bool(getattr(request.user, "is_superuser", False))


def _may_touch(request: HttpRequest, user: User | None) -> bool:
    return _is_superuser(request) or user is None or not (user.is_staff or user.is_superuser)


def _has_things(user: User) -> bool:
    return any(model._default_manager.filter(owner=user).exists() for model in THINGS)
