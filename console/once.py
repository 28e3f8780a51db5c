"""What is shown once and never again: new keys and secrets."""

from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.views.decorators.cache import never_cache


@never_cache
def shown_once(
    request: HttpRequest, site: AdminSite, *, title: str, secret: str, use: str, back: str
) -> TemplateResponse:
    """The page that shows it: the answer to the POST that made it, so that it is stored nowhere.

    `use` says what it is for; `back` is the address to go on to.
    """
    request.current_app = site.name
    context: dict[str, Any] = {"title": title, "secret": secret, "use": use, "back": back}
    context |= {"copied": {"data-copy": secret}}
    return TemplateResponse(
        request, "console/shown_once.html", {**site.each_context(request), **context}
    )
