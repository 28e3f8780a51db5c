"""Webhooks on the owners' console: made, changed, tried out, with new secrets."""

from copy import copy
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from unfold.decorators import action
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from console.once import shown_once
from console.own_schedules import OfOwnSchedule
from console.rotation import USE
from hooks import services, wants
from hooks.admin import HookAdmin
from hooks.models import Hook
from scheduler_project.admin_forms import SavedByServices

HEALTH = ["consecutive_failures", "failing_since", "disabled_reason", "former_until"]


class HookForm(OfOwnSchedule):
    """Shows what the services would refuse at the field that it concerns."""

    events = forms.MultipleChoiceField(
        choices=[(name, name) for name in wants.NAMES],
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text='"*" is everything, "execution.*" all of a kind.',
    )

    class Meta:
        model = Hook
        fields = list(services.FIELDS)
        labels = {"url": "URL"}

    def clean(self) -> dict[str, Any]:
        """The values, checked as the API's are."""
        values = super().clean() or {}
        if not self.errors:
            draft, changes = copy(self.instance), self.changes()
            for name, value in changes.items():
                setattr(draft, name, value)
            services.check_hook(draft, changes)
        return values


class OwnHooksAdmin(SavedByServices, HookAdmin):
    """One's own webhooks."""

    form = HookForm
    # Its whole address is its owner's to see.
    exclude = [name for name in HookAdmin.exclude if name != "url"]
    actions = [*HookAdmin.actions, "ping"]
    actions_detail = ["rotate"]

    def get_fields(self, request: HttpRequest, obj: Hook | None = None) -> Any:
        """What can be said of it, and how it does."""
        return HookForm.Meta.fields if obj is None else [*HookForm.Meta.fields, *HEALTH]

    def get_readonly_fields(self, request: HttpRequest, obj: Hook | None = None) -> Any:
        """How it does is the couriers' to say."""
        return [] if obj is None else HEALTH

    def save_model(self, request: Any, obj: Hook, form: Any, change: bool) -> None:
        """Save through the services."""
        if change:
            services.update_hook(hook=obj, changes=form.changes(), versions=form.versions)
        else:
            fields = form.changes()
            made, request.new_secret = services.create_hook(owner=obj.owner, fields=fields)
            obj.pk = made.pk

    def response_add(
        self, request: Any, obj: Hook, post_url_continue: str | None = None
    ) -> HttpResponse:
        """Its secret, once."""
        back = reverse("admin:hooks_hook_changelist", current_app=self.admin_site.name)
        title = f"The secret of {obj.name}"
        secret = request.new_secret
        return shown_once(request, self.admin_site, title=title, secret=secret, use=USE, back=back)

    @admin.action(description="Send a test event", permissions=["act"])
    def ping(self, request: HttpRequest, queryset: QuerySet[Hook]) -> None:
        """To try it out; what became of it is among the deliveries."""
        done = "tried out: what becomes of that is among the deliveries"
        self.each(request, queryset, lambda hook: services.ping(hook=hook), done)

    @action(description="New secret", url_path="new-secret", permissions=["change"])
    def rotate(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """To the page that asks whether one is sure."""
        if (hook := self.get_object(request, object_id)) is None:
            raise Http404
        return redirect(reverse("admin:rotate", args=[hook.pk], current_app=self.admin_site.name))
