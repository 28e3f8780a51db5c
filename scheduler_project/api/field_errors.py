"""Nested validation errors as one flat list of fields and sentences."""

from collections.abc import Iterator
from typing import Any, TypedDict

from django.core.exceptions import NON_FIELD_ERRORS
from rest_framework.settings import api_settings

from scheduler_project.text import printable

LONGEST_LIST = 100


class FieldError(TypedDict):
    """One refused field: its dotted path ("" for the body as a whole) and why."""

    field: str
    message: str


def field_errors(detail: Any) -> list[FieldError]:
    """The errors in a DRF or Django validation detail, at most LONGEST_LIST of them."""
    found = _walk(detail, ())
    return [error for error, _ in zip(found, range(LONGEST_LIST), strict=False)]


def _walk(detail: Any, path: tuple[str, ...]) -> Iterator[FieldError]:
    if isinstance(detail, dict):
        for name, inner in detail.items():
            yield from _walk(inner, path if _is_whole(name) else (*path, str(name)))
    elif isinstance(detail, list | tuple):
        for index, inner in enumerate(detail):
            nested = isinstance(inner, dict | list | tuple)
            yield from _walk(inner, (*path, str(index)) if nested else path)
    else:
        yield {
            "field": printable(".".join(path), 200),
            "message": printable(str(detail), 1000),
        }


def _is_whole(name: object) -> bool:
    return name in {NON_FIELD_ERRORS, api_settings.NON_FIELD_ERRORS_KEY}
