"""Rows of a model as JSON, without the work that DRF does for each field of each of them.

A page has a thousand values and more. For each of them DRF asks for the current time zone, walks a
source, or converts what is right already, and for each request it makes all fields anew.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from operator import attrgetter
from typing import Any, ClassVar

from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.fields import Field

Write = Callable[[Any], Any]
# A row has their values as JSON has them.
AS_THEY_ARE = (
    serializers.BooleanField,
    serializers.CharField,
    serializers.ChoiceField,
    serializers.DictField,
    serializers.IntegerField,
    serializers.JSONField,
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

    def to_representation(self, instance: Any) -> dict[str, Any]:
        """What DRF would give."""
        return {name: write(instance) for name, write in _writes(type(self))}


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
    if isinstance(field, serializers.DateTimeField):
        return lambda row: _instant(of_row(row))
    if isinstance(field, serializers.UUIDField):
        return lambda row: (value := of_row(row)) and str(value)
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


def _instant(value: datetime | None) -> str | None:
    """As RFC 3339 writes it."""
    return None if value is None else value.astimezone(UTC).isoformat().replace("+00:00", "Z")
