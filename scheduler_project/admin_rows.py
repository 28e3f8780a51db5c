"""How lists of a million rows are read: as their indexes have them, and never without end."""

from itertools import chain
from typing import Any

from django.contrib import messages
from django.contrib.admin import AdminSite
from django.contrib.admin.exceptions import DisallowedModelAdminLookup
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import ValidationError
from django.db.models import IntegerField, Model, QuerySet
from django.http import HttpRequest
from django.utils.functional import cached_property
from unfold.paginator import InfinitePaginator
from unfold.views import ChangeList

from scheduler_project import admin_search
from scheduler_project.ids import number
from scheduler_project.text import unstorable

# PostgreSQL reads all that comes before a page.
MOST_PAGES = 200
GOES_ON = (
    f"A list has {MOST_PAGES} pages at most, and this is the last of them. "
    "To find what comes later, use the filters or the search."
)


class Pages(InfinitePaginator):
    """Without a count, and not without end."""

    @cached_property
    def num_pages(self) -> int:
        """The last page that can be asked for."""
        return MOST_PAGES


class Rows(ChangeList):
    """A list that is asked for nothing but what its page offers, and whose rows lead to pages."""

    search_help_text: str | None
    page_num: int

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.search_help_text:
            self.search_help_text = admin_search.help_text(self.model, self.search_fields)

    def get_filters_params(self, params: Any = None) -> dict[str, Any]:
        """What was chosen: without scripts a form sends what was left empty as well."""
        found = super().get_filters_params(params)
        return {name: values for name, values in found.items() if any(values)}

    def get_filters(self, request: HttpRequest) -> Any:
        """The list's own, and those that pages link to; any other would read the whole table."""
        if any(map(unstorable, chain.from_iterable(self.get_filters_params().values()))):
            raise IncorrectLookupParameters
        found = super().get_filters(request)
        if others := found[2].keys() - set(self.model_admin.linked_lookups):
            raise DisallowedModelAdminLookup(f"There is no filter by {', '.join(sorted(others))}.")
        return found

    def get_ordering_field(self, field_name: Any) -> Any:
        """What a column is sorted by, where an index or a small table allows that."""
        return super().get_ordering_field(field_name) if field_name in self.sortable_by else None

    def get_results(self, request: HttpRequest) -> None:
        """The rows of the page, or of the last that there can be."""
        if self.page_num >= MOST_PAGES:
            messages.warning(request, GOES_ON)
            self.page_num = MOST_PAGES
        super().get_results(request)
        # The head of the page shows the one where they differ, and it is no number of rows.
        self.full_result_count = self.result_count

    def url_for_result(self, result: Any) -> str:
        """Of the row."""
        found: str = self.model_admin.address_of(getattr(result, self.pk_attname))
        return found


def visible_rows(model: type[Model], site: AdminSite, request: HttpRequest) -> QuerySet[Any]:
    """The rows of a model that this person finds in its list on this site: none without one."""
    if site.is_registered(model):
        known = site.get_model_admin(model)
        if known.has_view_permission(request):
            return known.get_queryset(request)
    return model._default_manager.none()


def key_of(model: type[Model], text: str) -> Any:
    """The id of such a row that a text is; None where it is none."""
    field: Any = model._meta.pk
    if isinstance(field, IntegerField):
        return number(text)
    try:
        return field.to_python(text)
    except ValidationError:
        return None
