"""How lists are searched and put in order: what cannot be done is refused, not ignored."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework import filters
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from scheduler_project.text import problem_with, suggestion

LONGEST_SEARCH, MOST_WORDS = 200, 10


class Filters(DjangoFilterBackend):
    """The view's `filterset_class`; its form is not made where a request narrows nothing down."""

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: Any) -> Any:
        """The rows that are meant; ValidationError."""
        kind = self.get_filterset_class(view, queryset)
        if not kind or kind.base_filters.keys().isdisjoint(request.query_params):
            return queryset
        return super().filter_queryset(request, queryset, view)


class Search(filters.SearchFilter):
    """`search`: each of its words somewhere in the view's `search_fields`."""

    def get_search_terms(self, request: Request) -> list[str]:
        """The words; ValidationError for more than a database should look for."""
        text = request.query_params.get(self.search_param, "")
        if problem := problem_with(text, LONGEST_SEARCH):
            raise ValidationError({self.search_param: problem})
        words: list[str] = super().get_search_terms(request)
        if len(words) > MOST_WORDS:
            sentence = f"It has {len(words)} words; at most {MOST_WORDS} are allowed."
            raise ValidationError({self.search_param: sentence})
        return words

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """Only where there is something to search."""
        if not getattr(view, "search_fields", None):
            return []
        (search,) = super().get_schema_operation_parameters(view)
        return [search | {"schema": {"type": "string", "maxLength": LONGEST_SEARCH}}]


class Ordering(filters.OrderingFilter):
    """`ordering`: fields of the view's `ordering_fields`, with commas between them."""

    def remove_invalid_fields(
        self, queryset: QuerySet[Any], fields: Iterable[str], view: Any, request: Request
    ) -> list[str]:
        """All of the fields; ValidationError for one that nothing is put in order by."""
        known = [name for name, _ in self.get_valid_fields(queryset, view)]
        wanted = list(fields)
        for field in wanted:
            if (name := field.removeprefix("-")) not in known:
                there = ", ".join(known)
                sentence = f"There is no order by that.{suggestion(name, known)} There is: {there}."
                raise ValidationError({self.ordering_param: sentence})
        return wanted

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """With each field there is, both ways."""
        found: list[dict[str, Any]] = super().get_schema_operation_parameters(view)
        names = getattr(view, "ordering_fields", None) or []
        for parameter in found if names else ():
            both = [sign + name for name in names for sign in ("", "-")]
            parameter["schema"] = {"type": "string", "enum": both}
        return found
