"""What all serializers of the API share."""

from collections.abc import Mapping
from copy import copy, deepcopy
from datetime import datetime
from functools import lru_cache
from typing import Any, cast

from django.core.exceptions import ValidationError as Malformed
from django.db.models.expressions import DatabaseDefault
from django.utils.timezone import is_naive
from rest_framework import serializers

from scheduler_project.api.permissions import visible_one
from scheduler_project.text import suggestion
from scheduler_project.whole_numbers import sentence

MAX_UNKNOWN_NAMED = 20
IDENTITY = {"id", "owner"}
GIVEN = "This is not given but made by the server: leave it out."
CHANGED = "This cannot be changed: leave it out, or send what it is."


class StrictSerializer(serializers.Serializer):
    """Serializer base or mixin (leftmost) that refuses fields it does not know.

    What cannot be written is refused where to ignore it would mislead, and only there:

    - At a creation each such field has to say what the new row will have: the requester as `owner`,
      the model's default otherwise. Nobody's wish for an id, a time or a count comes true.
    - At a change `id` and `owner` have to say what the row has. All others are ignored, so that a
      body that was read can be changed and sent back, however stale its counts are by then.
    """

    def to_internal_value(self, data: Any) -> Any:
        """The validated values; ValidationError names bad and unknown fields together."""
        unknown = self._unknown_fields(data) | self._misleading_fields(data)
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

    def _misleading_fields(self, data: Any) -> dict[str, str]:
        model = getattr(getattr(self, "Meta", None), "model", None)
        if model is None or not isinstance(data, Mapping):
            return {}
        row: Any = self.instance
        names = [name for name, field in self.fields.items() if field.read_only and name in data]
        if not names:
            return {}
        if row is None:
            row = model(owner=self.context["request"].user)
            return {name: GIVEN for name in names if not _says(row, name, data[name])}
        there = [name for name in names if name in IDENTITY]
        return {name: CHANGED for name in there if not _says(row, name, data[name])}


class InstantField(serializers.DateTimeField):
    """A date and time with its offset: without one it would mean another time to everybody."""

    default_error_messages = {
        "offset": "Give the time with its offset from UTC, as in 2030-01-31T07:30:00+01:00 or ...Z."
    }

    def enforce_timezone(self, value: datetime) -> datetime:
        """The instant in UTC; ValidationError without an offset."""
        if is_naive(value):
            self.fail("offset")
        return super().enforce_timezone(value)


class WholeNumberField(serializers.IntegerField):
    """A whole number between two limits, which one sentence names whatever is wrong with it."""

    def __init__(self, *, min_value: int, max_value: int, **options: Any) -> None:
        errors: Any = dict.fromkeys(self.default_error_messages, sentence(min_value, max_value))
        super().__init__(min_value=min_value, max_value=max_value, error_messages=errors, **options)


class Ranged(serializers.ModelSerializer[Any]):
    """Serializer base for models with whole numbers, whose limits the services know."""

    ranges: Mapping[str, tuple[int, int]]

    def get_fields(self) -> dict[str, Any]:
        """Copies of those of the class: to find out what they are takes DRF ten times as long."""
        return {name: _copied(field) for name, field in _fields(type(self)).items()}

    def build_standard_field(self, field_name: str, model_field: Any) -> Any:
        """As the base does it, but for what has its range."""
        field, options = super().build_standard_field(field_name, model_field)
        if field_name not in self.ranges or options.get("read_only"):
            return field, options
        least, most = self.ranges[field_name]
        return WholeNumberField, options | {"min_value": least, "max_value": most}


@lru_cache
def _fields(kind: type[Ranged]) -> dict[str, Any]:
    fields: dict[str, Any] = serializers.ModelSerializer.get_fields(kind())
    return fields


def _copied(field: Any) -> Any:
    """To be bound to a serializer; what is bound to the field itself is copied as well."""
    has_parts = isinstance(field, serializers.BaseSerializer) or hasattr(field, "child")
    return deepcopy(field) if has_parts else copy(field)


class NamedChoiceField(serializers.ChoiceField):
    """A choice whose error names the choices."""

    def to_internal_value(self, data: Any) -> Any:
        """The choice; ValidationError with all there are."""
        try:
            return super().to_internal_value(data)
        except serializers.ValidationError:
            raise serializers.ValidationError(
                f"Choose one of {', '.join(str(choice) for choice in self.choices if choice)}."
            ) from None


class OwnedField(serializers.PrimaryKeyRelatedField):
    """A reference by id to a row that the requester may see; any other does not exist."""

    default_error_messages = {
        "does_not_exist": "There is none of yours with the id {pk_value}.",
        "incorrect_type": "Give the id as a whole number.",
        "null": "Give an id.",
    }

    def to_internal_value(self, data: Any) -> Any:
        """The row; ValidationError when the requester has no such row."""
        if not isinstance(data, int | str) or isinstance(data, bool):
            self.fail("incorrect_type", data_type=type(data).__name__)
        try:
            row = visible_one(self.context["request"].user, cast(Any, self).queryset.model, data)
        except Malformed:
            self.fail("incorrect_type", data_type=type(data).__name__)
        if row is None:
            self.fail("does_not_exist", pk_value=data)
        return row


def _unknown(name: str, known: list[str]) -> str:
    return f"Unknown field.{suggestion(name, known)}"


def _says(row: Any, name: str, value: Any) -> bool:
    """Whether a value is what the row has in a field; what is computed has nothing at first."""
    if name not in {field.name for field in row._meta.concrete_fields}:
        return value in (None, "", [])
    there = row.serializable_value(name)
    empty = there is None or isinstance(there, DatabaseDefault)
    return value is None if empty else str(value) == str(there)


def _by_field(detail: Any) -> dict[str, Any]:
    return detail if isinstance(detail, dict) else {"non_field_errors": detail}
