"""Middleware of the project."""

from collections.abc import Callable
from typing import Any, cast

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse
from django.utils.deprecation import MiddlewareMixin
from django.utils.functional import SimpleLazyObject

from scheduler_project.api.problems import API_PREFIXES, is_api, problem
from scheduler_project.api.throttles import strangers


class Around:
    """Middleware base: web.py has a request in one thread from its first middleware to its view."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response


# Behind it stands a name, which may end with a slash.
BY_NAME = "/by-name/"


class OptionalSlashMiddleware(Around):
    """Under the API's prefixes a trailing slash is optional.

    URLs are declared without it and it is taken off here: no redirect, which
    would lose the body of a POST.
    """

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass it on without its last slash."""
        path = request.path_info
        if path.startswith(API_PREFIXES) and path not in API_PREFIXES and BY_NAME not in path:
            request.path_info = path.removesuffix("/")
        return self.get_response(request)


class RateLimitMiddleware(Around):
    """Tells clients of the API how much is left of what they may ask for (throttles.py).

    Who cannot say who they are, time and again, are not looked up any more.
    """

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass it on, and put the headers on its response."""
        return _refusal(request) or _with_headers(request, self.get_response(request))


def _refusal(request: HttpRequest) -> HttpResponse | None:
    shown = "Authorization" in request.headers or settings.SESSION_COOKIE_NAME in request.COOKIES
    wait = strangers.wait(request) if shown and is_api(request) else None
    if wait is None:
        return None
    sentence = f"Too many failed attempts from your address: try again in {wait:.0f} seconds."
    return problem(429, sentence, headers={"Retry-After": f"{wait:.0f}"})


def _with_headers(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    for name, value in getattr(request, "rate_limit", {}).items():
        response[name] = value
    return response


class NoDevUser(ImproperlyConfigured):
    """DEV_USER names nobody who could log in."""


class DevUserMiddleware(MiddlewareMixin):
    """With DEV_USER=name and DEBUG=1 every request is made by that existing user."""

    def process_request(self, request: HttpRequest) -> None:
        """Put DEV_USER in; it is looked up only where somebody asks who makes the request."""
        if settings.DEBUG and settings.DEV_USER:
            request.user = cast(Any, SimpleLazyObject(_dev_user))
            request.is_dev_user = True  # type: ignore[attr-defined]

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer with the sentence that says what is wrong with DEV_USER."""
        if not isinstance(error, NoDevUser):
            return None
        if is_api(request):
            return problem(500, str(error))
        return HttpResponse(str(error), status=500, content_type="text/plain; charset=utf-8")


def _dev_user() -> AbstractBaseUser:
    users = get_user_model()
    named = {users.USERNAME_FIELD: settings.DEV_USER, "is_active": True}
    user = users.objects.filter(**named).first()
    if user is None:
        raise NoDevUser(
            f"DEV_USER is {settings.DEV_USER!r}, but there is no active user of that name: "
            f"create it with manage.py createsuperuser, or unset DEV_USER."
        )
    return user
