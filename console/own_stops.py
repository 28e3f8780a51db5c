"""Stops on the owners' console."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from schedules.operations_admin import StopAdmin


class OwnStopsAdmin(StopAdmin):
    """One's own stops: the menu leads to the page (stopping.py)."""

    def changelist_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The page."""
        return redirect(reverse("admin:stops", current_app=self.admin_site.name))
