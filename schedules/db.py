"""The little that raw SQL needs: fetch rows, hand over columns, read the clock."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import connection


def fetch(sql: str, params: Sequence[Any] | dict[str, Any] = ()) -> list[tuple[Any, ...]]:
    """Run one statement and return its rows; an empty list where it yields none."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall() if cursor.description else []


def columns(rows: Iterable[Sequence[Any]], width: int) -> list[list[Any]]:
    """Rows turned into the `width` column arrays that unnest() takes."""
    turned = [list(column) for column in zip(*rows, strict=True)]
    return turned or [[] for _ in range(width)]


def now() -> datetime:
    """The database's clock, the only one that decides anything."""
    return fetch("SELECT now()")[0][0]


def now_in_locks() -> datetime:
    """The same clock at this very moment, however long the transaction waited for its locks."""
    return fetch("SELECT clock_timestamp()")[0][0]
