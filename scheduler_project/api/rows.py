"""Rows of a model as JSON, without the work that DRF does for each field of each of them.

A page has a thousand values and more. For each of them DRF asks for the current time zone, walks a
source, or converts what is right already, and for each request it makes all fields anew. Here
instants and UUIDs stay what they are until they are rendered (json.py, yaml.py).
"""

from collections.abc import Callable, Iterable
from functools import lru_cache
from operator import attrgetter
from typing import Any, ClassVar

from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.fields import Field
from rest_framework.request import Request
from rest_framework.response import Response

Write = Callable[[Any], Any]
# A row has their values as renderers take them.
AS_THEY_ARE = (
    serializers.BooleanField,
    serializers.CharField,
    serializers.ChoiceField,
    serializers.DateTimeField,
    serializers.DictField,
    serializers.FloatField,
    serializers.IntegerField,
    serializers.JSONField,
    serializers.UUIDField,
)


class RowSerializer(serializers.Serializer):
    """Serializer mixin (leftmost) for rows that come from the database.

    Its method fields see the row and nothing else: they are shared by all requests. For lists a
    row is a tuple with names: objects of a model take longer to make than to write.
    """

    reads: ClassVar[tuple[str, ...]] = ()
    """Columns that method fields read, besides those that are shown."""

    @classmethod
    def tuples(cls, rows: QuerySet[Any]) -> QuerySet[Any]:
        """The rows, each with just the columns that it takes to write it."""
        shown = {*cls.Meta.fields, *cls.reads}  # type: ignore[attr-defined]
        fields = rows.model._meta.concrete_fields
        return rows.values_list(*(f.attname for f in fields if f.name in shown), named=True)

    @classmethod
    def shown(cls, rows: Iterable[Any]) -> list[dict[str, Any]]:
        """All of them."""
        writes = _writes(cls)
        return [{name: write(row) for name, write in writes} for row in rows]

    def to_representation(self, instance: Any) -> dict[str, Any]:
        """What DRF would give."""
        (shown,) = self.shown([instance])
        return shown


class RowLists:
    """View mixin, left of OwnedByRequester, whose serializer is a RowSerializer.

    Its pages are made without the objects that DRF makes for a list and its rows.
    """

    listed: ClassVar[QuerySet[Any] | None] = None
    """What lists show instead of the `queryset`: its `tuples`, made once."""

    def get_queryset(self) -> QuerySet[Any]:
        """Those rows of it that the requester may see."""
        view: Any = self
        if view.action == "list" and self.listed is not None:
            view.queryset = self.listed
        rows: QuerySet[Any] = super().get_queryset()  # type: ignore[misc]
        return rows

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        # No docstring: the API's description would have it instead of the view's.
        view: Any = self
        page = view.paginate_queryset(view.filter_queryset(view.get_queryset()))
        return view.get_paginated_response(view.get_serializer_class().shown(page))


@lru_cache
def _writes(kind: type[RowSerializer]) -> list[tuple[str, Write]]:
    serializer = kind()
    return [(str(field.field_name), _write(field)) for field in serializer._readable_fields]


def _write(field: Field) -> Write:
    if isinstance(field, serializers.SerializerMethodField):
        return getattr(field.parent, str(field.method_name))
    of_row = attrgetter(str(field.source))
    if isinstance(field, AS_THEY_ARE):
        return of_row
    if isinstance(field, serializers.DecimalField):
        return lambda row: None if (value := of_row(row)) is None else f"{value:f}"
    if isinstance(field, serializers.PrimaryKeyRelatedField):
        return attrgetter(f"{field.source}_id")
    return _as_drf_does(field)


def _as_drf_does(field: Field) -> Write:
    def write(row: Any) -> Any:
        value = field.get_attribute(row)
        return None if value is None else field.to_representation(value)

    return write
