"""Which rows something is to be done with: those of some ids, or all that a list's filters show."""

from typing import Any

from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import PAGE_VAR
from django.core.exceptions import SuspiciousOperation
from django.db.models import Model, Q, QuerySet
from django.http import Http404, HttpRequest, QueryDict

from console.pages import Page
from scheduler_project.admin_rows import key_of

# More than that are not counted.
MOST_COUNTED = 10_000


def selected(page: Page, model: type[Model], needs: str, among: Q) -> QuerySet[Any]:
    """The rows, of those `among` which it can be done, newest first; Http404 for no selection."""
    rows = page.rows(model, needs)
    given = page.request.GET
    if "ids" not in given:
        rows = filtered(page, model, given.get("filters", ""))
        return rows.filter(among).order_by("-pk")
    keys = [key_of(model, each) for each in given["ids"].split(",")]
    if None in keys:
        raise Http404
    return rows.filter(among, pk__in=keys)


def filtered(page: Page, model: type[Model], filters: str) -> QuerySet[Any]:
    """What the site's list of them shows with these filters, given as its address has them."""
    known: Any = page.site.get_model_admin(model)
    try:
        shown = known.get_changelist_instance(_asking(page.request, filters))
    except (IncorrectLookupParameters, SuspiciousOperation):
        raise Http404 from None
    found: QuerySet[Any] = shown.queryset
    return found


def count(rows: QuerySet[Any]) -> int:
    """How many, up to one more than MOST_COUNTED."""
    return rows.order_by()[: MOST_COUNTED + 1].count()


def _asking(request: HttpRequest, filters: str) -> Any:
    """The same person, asking for that list."""
    other = HttpRequest()
    other.__dict__.update(request.__dict__)
    asked = QueryDict(filters, mutable=True)
    asked.pop(PAGE_VAR, None)
    other.GET = asked  # type: ignore[assignment]
    return other
