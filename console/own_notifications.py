"""Notifications on the owners' console: marked as read."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from schedules import services
from schedules.models import Notification
from schedules.operations_admin import NotificationAdmin


class OwnNotificationsAdmin(NotificationAdmin):
    """One's own."""

    actions = ["mark_as_read"]
    list_before_template = "console/mark_all_as_read.html"

    @admin.action(description="Mark as read", permissions=["act"])
    def mark_as_read(self, request: HttpRequest, queryset: QuerySet[Notification]) -> None:
        """Once is enough."""
        count = services.mark_as_read(queryset)
        self.message_user(request, f"{count} marked as read.", messages.SUCCESS)
