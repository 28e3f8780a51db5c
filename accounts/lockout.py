"""What somebody hears who has given wrong passwords too often (django-axes counts them)."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from scheduler_project.api.problems import is_api, problem

SENTENCE = "Too many wrong passwords from your address for this name: try again in {:g} minutes."


def sentence() -> str:
    """What they hear."""
    return SENTENCE.format(settings.AXES_COOLOFF_TIME.total_seconds() / 60)


def is_locked_out(request: HttpRequest | None) -> bool:
    """Whether django-axes has refused this request's name and password unseen."""
    return bool(getattr(request, "axes_locked_out", False))


def answer(
    request: HttpRequest, response: HttpResponse | None = None, credentials: Any = None
) -> HttpResponse:
    """429: the API's problem; of pages the form again, which says so itself."""
    headers = {"Retry-After": f"{settings.AXES_COOLOFF_TIME.total_seconds():.0f}"}
    if is_api(request) or response is None:
        return problem(429, sentence(), headers=headers)
    response.status_code = 429
    response["Retry-After"] = headers["Retry-After"]
    return response
