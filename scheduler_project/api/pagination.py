"""The two ways in which lists are cut into pages."""

from typing import Any

from django.core.exceptions import ValidationError as DjangoValidationError
from django.core.paginator import Paginator
from django.db.models import Model, QuerySet
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.pagination import CursorPagination, PageNumberPagination
from rest_framework.request import Request
from rest_framework.views import APIView

from scheduler_project import whole_numbers

SIZE = "page_size"
ROWS, MOST_ROWS = 50, 200


class Sized:
    """Paginator mixin, leftmost: what means no size of a page is refused, not ignored."""

    def get_page_size(self, request: Request) -> int:
        """The number of rows, ROWS unless the request says another; ValidationError."""
        size = request.query_params.get(SIZE, str(ROWS))
        if not _is_whole(size) or not 1 <= int(size) <= MOST_ROWS:
            raise ValidationError({SIZE: whole_numbers.sentence(1, MOST_ROWS)})
        return int(size)


class Pages(Sized, PageNumberPagination):
    """Numbered pages with a total, for lists that stay short."""

    page_size, page_size_query_param, max_page_size = ROWS, SIZE, MOST_ROWS

    def get_page_number(self, request: Request, paginator: Paginator) -> int | str:
        """The number of a page, or "last"; ValidationError."""
        number = super().get_page_number(request, paginator)
        if isinstance(number, str) and not (_is_whole(number) and int(number)):
            raise ValidationError({self.page_query_param: 'Give a page\'s number, or "last".'})
        return number


class History(Sized, CursorPagination):
    """Cursors for lists that only grow: page 10,000 costs what page 1 costs.

    The view names the order in `ordering`, a tuple whose first field is unique:
    DRF's cursor stands on that field alone and can lose rows that share its value.
    """

    page_size, page_size_query_param, max_page_size = ROWS, SIZE, MOST_ROWS

    def get_ordering(
        self, request: Request, queryset: QuerySet[Model], view: APIView
    ) -> tuple[str, ...]:
        """The view's own order; a request cannot change what the index serves."""
        ordering: Any = view.ordering  # type: ignore[attr-defined]
        self._key: Any = queryset.model._meta.get_field(ordering[0].removeprefix("-"))
        return tuple(ordering)

    def decode_cursor(self, request: Request) -> Any:
        """Where the page begins; ValidationError for what is no cursor of ours."""
        try:
            cursor = super().decode_cursor(request)
            if cursor is not None and cursor.position is not None:
                self._key.to_python(cursor.position)
        except (NotFound, DjangoValidationError) as error:
            sentence = "Take it from `next` or `previous` of another page, or leave it out."
            raise ValidationError({self.cursor_query_param: sentence}) from error
        return cursor


def _is_whole(text: str) -> bool:
    """Whether it is a whole number that an index could have."""
    return text.isascii() and text.isdecimal() and len(text) < 19
