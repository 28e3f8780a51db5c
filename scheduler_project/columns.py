"""Rows handed to PostgreSQL as the arrays of their columns."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any


def columns(rows: Iterable[Sequence[Any]], width: int) -> list[str]:
    """Rows turned into the `width` arrays that unnest() takes, each as one literal.

    PostgreSQL reads such a literal three times as fast as the ARRAY[...] expression that
    the driver makes of a list. https://www.postgresql.org/docs/current/arrays.html#ARRAYS-IO
    """
    turned = list(zip(*rows, strict=True)) or [()] * width
    return ["{" + ",".join(_elements(column)) + "}" for column in turned]


def _elements(column: Sequence[Any]) -> Iterable[str]:
    """What many rows share, as a herd shares its times and states, is written once."""
    distinct = set(column)
    if 2 * len(distinct) > len(column):
        return map(_element, column)
    written = {value: _element(value) for value in distinct}
    return map(written.__getitem__, column)


def _element(value: Any) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if isinstance(value, bytes):
        return rf'"\\x{value.hex()}"'
    if isinstance(value, timedelta):
        return f"{value.days} days {value.seconds}.{value.microseconds:06} seconds"
    return str(value)
