"""The two consoles, of the same pages: staff see everybody's things, owners their own."""

from typing import Any, cast

from django.contrib.auth.forms import AuthenticationForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern
from unfold.forms import AuthenticationForm as StaffSignIn
from unfold.sites import UnfoldAdminSite

from console import addresses
from console.home.page import Home
from console.navigation import sidebar


class Console(UnfoldAdminSite):
    """What both have."""

    site_title = site_header = "Agent Scheduler"
    index_title = "Home"
    for_staff: bool

    def extra_urls(self) -> list[URLPattern]:
        """Of pages of its own, before those of the registered models."""
        return addresses.urls(self)

    def index(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        """The first page."""
        return cast(TemplateResponse, Home.as_view(site=self)(request))

    def get_sidebar_list(self, request: HttpRequest) -> list[dict[str, Any]]:
        """The menu."""
        groups = sidebar(self, request)
        for group in groups:
            group["items"] = self._get_navigation_items(request, group["items"])
        return groups


class StaffSite(Console):
    """/admin/: everybody's things, as far as Django's permissions allow."""

    for_staff = True


class SignIn(StaffSignIn):
    """For everybody who is active."""

    confirm_login_allowed = AuthenticationForm.confirm_login_allowed


class OwnersSite(Console):
    """/console/: one's own things, for whoever has signed in."""

    for_staff = False
    login_form = SignIn

    def has_permission(self, request: HttpRequest) -> bool:
        """Whether somebody has signed in."""
        return request.user.is_active


owners = OwnersSite("console")


def root(request: HttpRequest) -> HttpResponse:
    """The address of the server itself: to everybody's things for staff, else to one's own."""
    return redirect("admin:index" if request.user.is_staff else "console:index")
