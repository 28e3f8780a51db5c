"""Middleware of the project; both work under WSGI and ASGI."""

from collections.abc import Callable
from typing import Any

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.conf import settings
from django.contrib.auth import get_user_model
from django.http import HttpRequest, HttpResponse
from django.utils.deprecation import MiddlewareMixin

from scheduler_project.api.problems import API_PREFIXES


class OptionalSlashMiddleware:
    """Under the API's prefixes a trailing slash is optional.

    URLs are declared without it and it is taken off here: no redirect, which
    would lose the body of a POST.
    """

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        self.get_response = get_response
        if iscoroutinefunction(get_response):
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> Any:
        """Pass the request on; under ASGI the result is awaitable."""
        path = request.path_info
        if path.startswith(API_PREFIXES) and path not in API_PREFIXES:
            request.path_info = path.removesuffix("/")
        return self.get_response(request)


class DevUserMiddleware(MiddlewareMixin):
    """With DEV_USER=name and DEBUG=1 every request is made by that existing user."""

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], *arguments: Any
    ) -> HttpResponse | None:
        """Put DEV_USER in; answer 500 with a sentence when there is no such user."""
        needs_login = getattr(view, "login_required", True)
        if not (settings.DEBUG and settings.DEV_USER and needs_login):
            return None
        user = (
            get_user_model()
            .objects.filter(**{get_user_model().USERNAME_FIELD: settings.DEV_USER}, is_active=True)
            .first()
        )
        if user is None:
            return _no_such_user(settings.DEV_USER)
        request.user = user
        request.is_dev_user = True  # type: ignore[attr-defined]
        return None


def _no_such_user(name: str) -> HttpResponse:
    sentence = (
        f"DEV_USER is {name!r}, but there is no active user of that name: "
        f"create it with manage.py createsuperuser, or unset DEV_USER."
    )
    return HttpResponse(sentence, status=500, content_type="text/plain; charset=utf-8")
