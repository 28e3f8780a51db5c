"""Lists in any order that cost the same on every page: each begins behind a row, not after a count.

The cursor names the last row that was shown by its value and its id, so that rows with the same
value, or with none, are neither lost nor shown twice. Null comes last, whichever the direction.
https://use-the-index-luke.com/no-offset
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError as Malformed
from django.db.models import F, Model, Q, QuerySet
from django.db.models.expressions import OrderBy
from django.utils.timezone import is_naive

from scheduler_project.lookup import column, first
from scheduler_project.text import problem_with

LONGEST = 10_000


class Place(NamedTuple):
    """A row in an order: the value that it is ordered by (None: it has none), and its id."""

    value: Any
    id: Any

    def encoded(self) -> str:
        """As a query parameter."""
        # To the microsecond, unlike Django's own encoder.
        written = json.dumps(list(self), default=str, separators=(",", ":"))
        return urlsafe_b64encode(written.encode()).decode().rstrip("=")


class Order:
    """By one field, then by id; with a minus before the field's name, the largest first."""

    def __init__(self, model: type[Model], name: str) -> None:
        self.field: Any = model._meta.get_field(name.removeprefix("-"))
        self.key: Any = model._meta.pk
        self.descending = name.startswith("-")

    def first(self, rows: QuerySet[Any], count: int, *, backwards: bool) -> list[Any]:
        """So many of the rows in this order, or in the opposite one."""
        if rows.query.values_select:
            return first(rows, self._sql(backwards), count)
        return list(
            rows.order_by(self._by(self.field, backwards), self._by(self.key, backwards))[:count]
        )

    def _sql(self, backwards: bool) -> str:
        """As `_by` has it."""
        direction = "DESC" if self.descending != backwards else "ASC"
        nulls = ("NULLS FIRST" if backwards else "NULLS LAST") if self.field.null else ""
        value, key = (column(self.field.model, field.name) for field in (self.field, self.key))
        return f"{value} {direction} {nulls}, {key} {direction}"

    def beyond(self, place: Place, *, backwards: bool) -> Q:
        """The rows after this one, or those before it."""
        name, key = self.field.name, self.key.name
        further = "lt" if self.descending != backwards else "gt"
        tied = Q(**{name: place.value, f"{key}__{further}": place.id})
        if self.field is self.key:
            return Q(**{f"{key}__{further}": place.id})
        if place.value is None:
            tied = Q(**{f"{name}__isnull": True, f"{key}__{further}": place.id})
            return tied | Q(**{f"{name}__isnull": False}) if backwards else tied
        ahead = Q(**{f"{name}__{further}": place.value}) | tied
        return ahead if backwards else ahead | Q(**{f"{name}__isnull": True})

    def place(self, row: Any) -> Place:
        """Where a row is."""
        return Place(getattr(row, self.field.attname), getattr(row, self.key.attname))

    def decoded(self, text: str) -> Place:
        """What `Place.encoded` gave; ValueError for anything else."""
        try:
            written = urlsafe_b64decode(text + "=" * (-len(text) % 4))
            value, key = json.loads(written)
            return Place(_typed(self.field, value), _typed(self.key, key))
        except (TypeError, RecursionError, OverflowError, Malformed) as error:
            raise ValueError("This is no place in this order.") from error

    def _by(self, field: Any, backwards: bool) -> OrderBy:
        descending = self.descending != backwards
        first, last = (backwards, not backwards) if field.null else (False, False)
        return OrderBy(
            F(field.name), descending=descending, nulls_first=first or None, nulls_last=last or None
        )


def _typed(field: Any, value: Any) -> Any:
    if value is None and not field.null:
        raise ValueError("It has a value.")
    found = field.to_python(value)
    field.run_validators(found)
    if isinstance(found, str) and problem_with(found, LONGEST):
        raise ValueError("It cannot be stored, so no row has it.")
    if isinstance(found, datetime) and is_naive(found):
        raise ValueError("It has no offset.")
    return found
