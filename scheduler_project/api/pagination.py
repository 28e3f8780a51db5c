"""The two ways in which lists are cut into pages."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import CursorPagination, PageNumberPagination
from rest_framework.request import Request
from rest_framework.utils.urls import replace_query_param
from rest_framework.views import APIView

from scheduler_project import ids, whole_numbers
from scheduler_project.keyset import Order, Place

SIZE = "page_size"
ROWS, MOST_ROWS = 50, 200
BOUNDS = {
    SIZE: {"minimum": 1, "maximum": MOST_ROWS, "default": ROWS},
    "page": {"minimum": 1, "maximum": 10**ids.LONGEST_NUMBER - 1},
}
FORWARD, BACKWARD = "n", "p"


class Sized:
    """Paginator mixin, leftmost: what means no size of a page is refused, not ignored."""

    def get_page_size(self, request: Request) -> int:
        """The number of rows, ROWS unless the request says another; ValidationError."""
        size = ids.number(request.query_params.get(SIZE, str(ROWS)))
        if size is None or not 1 <= size <= MOST_ROWS:
            raise ValidationError({SIZE: whole_numbers.sentence(1, MOST_ROWS)})
        return size

    def get_schema_operation_parameters(self, view: APIView) -> list[dict[str, Any]]:
        """As the base class has them, with their bounds."""
        found: list[dict[str, Any]] = super().get_schema_operation_parameters(view)  # type: ignore[misc]
        for parameter in found:
            parameter["schema"] |= BOUNDS.get(parameter["name"], {})
        return found


class Pages(Sized, PageNumberPagination):
    """Numbered pages with a total, for lists that stay short."""

    page_size, page_size_query_param, max_page_size = ROWS, SIZE, MOST_ROWS

    def get_page_number(self, request: Request, paginator: Paginator) -> int | str:
        """The number of a page, or "last"; ValidationError."""
        number = super().get_page_number(request, paginator)
        if isinstance(number, str) and not ids.number(number):
            raise ValidationError({self.page_query_param: 'Give a page\'s number, or "last".'})
        return number

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """A page, for the API's description."""
        return _page(
            schema, count={"type": "integer", "description": "Of all pages.", "example": 1}
        )


class Keyset(Sized, CursorPagination):
    """Cursors, for lists that grow: page 10,000 costs what page 1 costs.

    In the order that was asked for, or else in the view's `ordering`: by one field, whatever it is.
    """

    page_size, page_size_query_param, max_page_size = ROWS, SIZE, MOST_ROWS

    def paginate_queryset(
        self, queryset: Any, request: Request, view: APIView | None = None
    ) -> list[Any]:
        """The rows of the page; ValidationError for what is no cursor of this order."""
        self.base_url = request.build_absolute_uri()
        size, self.order = self.get_page_size(request), _order(queryset, view)
        place, backwards = self._begin(request)
        if place:
            queryset = queryset.filter(self.order.beyond(place, backwards=backwards))
        found = self.order.first(queryset, size + 1, backwards=backwards)
        self.page, further = found[:size], len(found) > size
        if backwards:
            self.page.reverse()
        self.has_next = further or backwards
        self.has_previous = further if backwards else place is not None
        self.display_page_controls = self.has_next or self.has_previous
        return self.page

    def get_next_link(self) -> str | None:
        """To the rows after these."""
        return self._link(FORWARD, self.page[-1]) if self.page and self.has_next else None

    def get_previous_link(self) -> str | None:
        """To the rows before these."""
        return self._link(BACKWARD, self.page[0]) if self.page and self.has_previous else None

    def _link(self, direction: str, row: Any) -> str:
        cursor = direction + self.order.place(row).encoded()
        return replace_query_param(str(self.base_url), self.cursor_query_param, cursor)

    def _begin(self, request: Request) -> tuple[Place | None, bool]:
        cursor = request.query_params.get(self.cursor_query_param, "")
        if not cursor:
            return None, False
        try:
            if cursor[0] not in (FORWARD, BACKWARD):
                raise ValueError("It begins with neither.")
            return self.order.decoded(cursor[1:]), cursor[0] == BACKWARD
        except ValueError as error:
            sentence = "Take it from `next` or `previous` of another page, or leave it out."
            raise ValidationError({self.cursor_query_param: sentence}) from error

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """A page, for the API's description."""
        return _page(schema)


def _order(queryset: QuerySet[Any], view: Any) -> Order:
    names = queryset.query.order_by or view.ordering
    if len(names) > 1:
        raise ValidationError({"ordering": "Give one field."})
    return Order(queryset.model, str(names[0]))


def _page(results: dict[str, Any], **more: Any) -> dict[str, Any]:
    """DRF's own say `nullable`, which OpenAPI 3.1 does not know."""
    link = {"type": ["string", "null"], "format": "uri", "example": None}
    properties = {**more, "next": link, "previous": link, "results": results}
    return {"type": "object", "required": list(properties), "properties": properties}
