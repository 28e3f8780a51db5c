"""The two consoles, of the same pages: staff see everybody's things, owners their own."""

from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, reverse
from unfold.dataclasses import DropdownItem
from unfold.sites import UnfoldAdminSite

from console import addresses
from console.choices import Choices
from console.home.page import Home
from console.navigation import sidebar
from console.sign_in import OwnersSignIn, StaffSignIn


class Console(UnfoldAdminSite):
    """What both have."""

    site_title = site_header = "Agent Scheduler"
    index_title = "Home"
    logout_template = "console/logged_out.html"

    def extra_urls(self) -> list[URLPattern]:
        """Of pages of its own, before those of the registered models."""
        return addresses.urls(self)

    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The form, which may refuse to be sent again so soon."""
        response = super().login(request, extra_context)
        if wait := getattr(request, "must_wait", None):
            response.status_code = 429
            response["Retry-After"] = f"{wait:.0f}"
        return response

    def index(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        """The first page."""
        return cast(TemplateResponse, Home.as_view(site=self)(request))

    def autocomplete_view(self, request: HttpRequest) -> Any:
        """The choices of a field that is searched."""
        return Choices.as_view(admin_site=self)(request)

    def search(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Lists by their names: those of this site, which its neighbour never shows."""
        term = request.GET.get("s", "").lower()
        found = self._search_apps(self.get_app_list(request), term) if term else []
        shown = TemplateResponse(request, "unfold/helpers/search_results.html", {"results": found})
        shown["HX-Trigger"] = "search"
        return shown

    def get_sidebar_list(self, request: HttpRequest) -> list[dict[str, Any]]:
        """The menu."""
        groups = sidebar(self, request)
        for group in groups:
            group["items"] = self._get_navigation_items(request, group["items"])
        return groups

    def extra_context(self, context: dict[str, Any], request: HttpRequest) -> dict[str, Any]:
        """A way from one to the other, for those who may enter both."""
        if request.user.is_staff:
            context["site_dropdown"] = [
                DropdownItem("Everybody's things", reverse("admin:index", current_app="admin")),
                DropdownItem("My own things", reverse("admin:index", current_app="console")),
            ]
        return context


class StaffSite(Console):
    """/admin/: everybody's things, as far as Django's permissions allow."""

    login_form = StaffSignIn


class OwnersSite(Console):
    """/console/: one's own things, for whoever has signed in."""

    login_form = OwnersSignIn

    def has_permission(self, request: HttpRequest) -> bool:
        """Whether somebody has signed in."""
        return request.user.is_active


owners = OwnersSite("console")


def root(request: HttpRequest) -> HttpResponse:
    """The address of the server itself: to everybody's things for staff, else to one's own."""
    return redirect("admin:index" if request.user.is_staff else "console:index")
