"""The two ways in which lists are cut into pages."""

from typing import Any

from django.db.models import Model, QuerySet
from rest_framework.pagination import CursorPagination, PageNumberPagination
from rest_framework.request import Request
from rest_framework.views import APIView


class Pages(PageNumberPagination):
    """Numbered pages with a total, for lists that stay short."""

    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """A page, for the API's description."""
        return _page(
            schema, count={"type": "integer", "description": "Of all pages.", "example": 1}
        )


class History(CursorPagination):
    """Cursors for lists that only grow: page 10,000 costs what page 1 costs.

    The view names the order in `ordering`, a tuple whose first field is unique:
    DRF's cursor stands on that field alone and can lose rows that share its value.
    """

    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200

    def get_ordering(
        self, request: Request, queryset: QuerySet[Model], view: APIView
    ) -> tuple[str, ...]:
        """The view's own order; a request cannot change what the index serves."""
        ordering: Any = view.ordering  # type: ignore[attr-defined]
        return tuple(ordering)

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """A page, for the API's description."""
        return _page(schema)


def _page(results: dict[str, Any], **more: Any) -> dict[str, Any]:
    """DRF's own say `nullable`, which OpenAPI 3.1 does not know."""
    link = {"type": ["string", "null"], "format": "uri", "example": None}
    properties = {**more, "next": link, "previous": link, "results": results}
    return {"type": "object", "required": list(properties), "properties": properties}
