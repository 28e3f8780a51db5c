"""Changes within a request are those of whoever makes it."""

from django.http import HttpRequest, HttpResponse

from accounts.models import ApiKey
from journal.actors import Actor, acting
from scheduler_project.middleware import Around

READING = {"GET", "HEAD", "OPTIONS", "TRACE"}
WAYS = {"/console/": "console", "/admin/": "admin"}


class JournalMiddleware(Around):
    """Has the journal say who it was."""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass it on."""
        if request.method in READING:
            return self.get_response(request)
        with acting(lambda: who(request)):
            return self.get_response(request)


def who(request: HttpRequest) -> Actor:
    """Who makes this request, as far as that is known by now, and how."""
    user = getattr(request, "user", None)
    key = getattr(request, "auth", None)
    way = next((way for start, way in WAYS.items() if request.path.startswith(start)), "API")
    via = f"API, with the key {key.name}" if isinstance(key, ApiKey) else way
    return Actor(user.get_username() if user else "", via)
