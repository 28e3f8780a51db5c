"""The API in a browser, for whoever has a session: /api/auth/login."""

from typing import Any

from django.contrib.auth.views import LoginView, LogoutView
from django.urls import path
from rest_framework.renderers import BrowsableAPIRenderer

# As rest_framework.urls has them, without the slash that no address of the API has.
urls = (
    [
        path("login", LoginView.as_view(template_name="rest_framework/login.html"), name="login"),
        path("logout", LogoutView.as_view(), name="logout"),
    ],
    "rest_framework",
)


class BrowsableRenderer(BrowsableAPIRenderer):
    """Without forms of fields: they would list every agent and schedule that there is to choose.

    Bodies are written as JSON; filters as query parameters.
    """

    def get_rendered_html_form(self, data: Any, view: Any, method: str, request: Any) -> Any:
        """A button to delete, and nothing for the methods with a body."""
        if method in {"POST", "PUT", "PATCH"}:
            return None
        return super().get_rendered_html_form(data, view, method, request)

    def get_filter_form(self, data: Any, view: Any, request: Any) -> None:
        """None."""
