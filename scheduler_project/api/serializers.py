"""What all serializers of the API share."""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from scheduler_project.api.permissions import visible_to

MAX_UNKNOWN_NAMED = 20


class StrictSerializer(serializers.Serializer):
    """Serializer base or mixin (leftmost) that refuses fields it does not know.

    Fields that are read-only are ignored silently, so that a body that was read
    can be changed and sent back.
    """

    def to_internal_value(self, data: Any) -> Any:
        """The validated values; ValidationError names bad and unknown fields together."""
        unknown = self._unknown_fields(data)
        try:
            value = super().to_internal_value(data)
        except serializers.ValidationError as error:
            raise serializers.ValidationError({**_by_field(error.detail), **unknown}) from error
        if unknown:
            raise serializers.ValidationError(unknown)
        return value

    def _unknown_fields(self, data: Any) -> dict[str, str]:
        if not isinstance(data, Mapping):
            return {}
        names = [str(name) for name in data if name not in self.fields]
        writable = [name for name, field in self.fields.items() if not field.read_only]
        return {name: _unknown(name, writable) for name in names[:MAX_UNKNOWN_NAMED]}


class OwnedField(serializers.PrimaryKeyRelatedField):
    """A reference by id to a row that the requester may see; any other does not exist."""

    def get_queryset(self) -> QuerySet[Any]:
        """The rows that may be referred to."""
        rows: Any = super().get_queryset()
        return visible_to(self.context["request"].user, rows)

    def to_internal_value(self, data: Any) -> Any:
        """The row; ValidationError when the requester has no such row."""
        try:
            return super().to_internal_value(data)
        except OverflowError:  # 1e400 is valid JSON and reads as infinity
            self.fail("incorrect_type", data_type="number")


def _unknown(name: str, known: list[str]) -> str:
    near = get_close_matches(name, known, n=1) if len(name) <= 100 else []
    hint = f" Did you mean {near[0]}?" if near else ""
    return f"Unknown field.{hint}"


def _by_field(detail: Any) -> dict[str, Any]:
    return detail if isinstance(detail, dict) else {"non_field_errors": detail}
