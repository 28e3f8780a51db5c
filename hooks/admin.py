"""Django admin of webhooks: to be looked at, switched and deleted; owners make theirs."""

from collections.abc import Callable, Iterable
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.contrib.filters.admin import ChoicesCheckboxFilter, DropdownFilter

from feed.events import EVENTS
from hooks import services, wants
from hooks.models import Delivery, Hook
from scheduler_project.admin import ReadOnly
from scheduler_project.admin_filters import Searched
from scheduler_project.refusals import told


class EachByServices(ReadOnly):
    """Admin base: actions do something with each row, and say what could not be done."""

    def each(
        self, request: HttpRequest, rows: Iterable[Any], act: Callable[[Any], object], done: str
    ) -> None:
        """Act on each; a Conflict becomes a message, and with how many it is `done` another."""
        count = 0
        for row in rows:
            with told(request, row):
                act(row)
                count += 1
        if count:
            name = self.opts.verbose_name if count == 1 else self.opts.verbose_name_plural
            self.message_user(request, f"{count} {name} {done}.", messages.SUCCESS)


@admin.register(Hook)
class HookAdmin(EachByServices):
    """Webhooks of all owners."""

    list_display = ["name", "owner", "where", "enabled", "consecutive_failures", "disabled_reason"]
    list_filter = ["enabled"]
    list_select_related = ["owner"]
    search_fields = ["id", "name", "url", "owner__username"]
    sortable_by = ["name", "enabled", "consecutive_failures"]
    nothing_yet = (
        "A webhook tells an address of its owner's what happens here: each event is sent to it, "
        "signed."
    )
    exclude = ["secret", "former_secret"]
    ordering = ["-id"]
    actions = ["switch_on", "switch_off"]

    @admin.display(description="URL", ordering="url")
    def where(self, hook: Hook) -> str:
        """Without its query, which may be a key."""
        return hook.url.partition("?")[0]

    def has_delete_permission(self, request: HttpRequest, obj: Hook | None = None) -> bool:
        """Their history goes with them."""
        return super(ReadOnly, self).has_delete_permission(request, obj)

    def delete_model(self, request: HttpRequest, obj: Hook) -> None:
        """Delete through the services."""
        services.delete_hook(hook=obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Hook]) -> None:
        """Delete through the services, one by one."""
        for hook in queryset:
            services.delete_hook(hook=hook)

    @admin.action(description="Switch on", permissions=["act"])
    def switch_on(self, request: HttpRequest, queryset: QuerySet[Hook]) -> None:
        """From now on events are sent again."""
        self.each(request, queryset, lambda hook: _switch(hook, on=True), "switched on")

    @admin.action(description="Switch off", permissions=["act"])
    def switch_off(self, request: HttpRequest, queryset: QuerySet[Hook]) -> None:
        """What waits is dropped."""
        self.each(request, queryset, lambda hook: _switch(hook, on=False), "switched off")


def _switch(hook: Hook, *, on: bool) -> Hook:
    return services.update_hook(hook=hook, changes={"enabled": on})


class Event(DropdownFilter):
    """By what happened."""

    title = "event"
    parameter_name = "event"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """All that there are."""
        return [(name, name) for name in (*EVENTS, wants.PING)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Those of that event."""
        chosen = self.value()
        return queryset.filter(event=chosen) if chosen else queryset


@admin.register(Delivery)
class DeliveryAdmin(EachByServices):
    """What was sent, and what is to be; newest first."""

    list_display = ["id", "event", "hook", "state", "attempt", "status", "error", "due_at"]
    list_filter = [("state", ChoicesCheckboxFilter), Event, ("hook", Searched)]
    list_select_related = ["hook"]
    nothing_yet = (
        "Each event that a webhook sends is a row here: how often it was tried, and what was "
        "answered."
    )
    ordering = ["-id"]
    actions = ["send_again"]

    @admin.action(description="Send again", permissions=["act"])
    def send_again(self, request: HttpRequest, queryset: QuerySet[Delivery]) -> None:
        """Under the same webhook-id."""
        again = queryset.select_related("hook")
        self.each(request, again, lambda each: services.redeliver(delivery=each), "sent again")
