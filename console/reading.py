"""All notifications marked as read."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from console.pages import Page
from schedules import services
from schedules.models import Notification


class AllReadPage(Page):
    """A button's address: nothing to look at."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        """All of one's own at once, then back to the list."""
        rows: QuerySet[Any] = self.rows(Notification, "act")
        # Staff see everybody's, but only their owners read them.
        count = services.mark_as_read(rows.filter(owner=request.user))
        messages.success(request, f"{count} marked as read.")
        return redirect(self.url("schedules_notification_changelist"))
