"""The API in a browser, for whoever has a session: /api/auth/login."""

import json
from collections.abc import Mapping
from typing import Any

from django.contrib.auth.views import LoginView, LogoutView
from django.core.exceptions import RequestDataTooBig
from django.http import HttpResponse
from django.urls import path
from rest_framework.permissions import SAFE_METHODS
from rest_framework.renderers import BrowsableAPIRenderer
from rest_framework.request import Request
from rest_framework.response import Response

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

    def get_raw_data_form(self, data: Any, view: Any, method: str, request: Any) -> Any:
        """The field for a body: what was typed, if that was refused."""
        form = super().get_raw_data_form(data, view, method, request)
        refused = view.response.status_code >= 400
        if form and refused and _share_a_form(method, request.method):
            form.initial["_content"] = _typed(request)
        return form

    def get_rendered_html_form(self, data: Any, view: Any, method: str, request: Any) -> Any:
        """A button to delete, and nothing for the methods with a body."""
        if method in {"POST", "PUT", "PATCH"}:
            return None
        return super().get_rendered_html_form(data, view, method, request)

    def get_filter_form(self, data: Any, view: Any, request: Any) -> None:
        """None."""


def page(problem: HttpResponse, context: Mapping[str, Any]) -> HttpResponse:
    """The same refusal, as a page if one of ours sent this: it shows no other kinds of answers."""
    request = context.get("request")
    if request is None or request.method in SAFE_METHODS:
        return problem
    if not isinstance(getattr(request, "accepted_renderer", None), BrowsableRenderer):
        return problem
    kept = {name: value for name, value in problem.items() if name != "Content-Type"}
    return Response(json.loads(problem.content), problem.status_code, headers=kept)


def _share_a_form(*methods: str) -> bool:
    return len(set(methods)) == 1 or set(methods) == {"PUT", "PATCH"}


def _typed(request: Request) -> str:
    try:
        return str(request.body.decode(errors="replace"))
    except RequestDataTooBig:
        return ""
