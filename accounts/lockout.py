"""What somebody hears who has given wrong passwords too often (django-axes counts them)."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from scheduler_project.api.problems import is_api, problem

SENTENCE = "Too many wrong passwords from your address for this name: try again in {:g} minutes."


def answer(
    request: HttpRequest, response: HttpResponse | None = None, credentials: Any = None
) -> HttpResponse:
    """429, as the API or a page would say it."""
    pause = settings.AXES_COOLOFF_TIME.total_seconds()
    sentence, headers = SENTENCE.format(pause / 60), {"Retry-After": f"{pause:.0f}"}
    if is_api(request):
        return problem(429, sentence, headers=headers)
    return HttpResponse(
        sentence, status=429, headers=headers, content_type="text/plain; charset=utf-8"
    )
