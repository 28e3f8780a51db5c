"""The little that raw SQL needs: fetch rows, hand over columns, read the clock, be in a thread."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.db import (
    InterfaceError,
    OperationalError,
    close_old_connections,
    connection,
    connections,
)

T = TypeVar("T")
# The server is away, or has ended our connection.
UNREACHABLE = (OperationalError, InterfaceError)


def fetch(sql: str, params: Sequence[Any] | dict[str, Any] = ()) -> list[tuple[Any, ...]]:
    """Run one statement and return its rows; an empty list where it yields none."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall() if cursor.description else []


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
    if isinstance(value, timedelta):
        return f"{value.days} days {value.seconds}.{value.microseconds:06} seconds"
    return str(value)


def was_committed(transaction: str) -> bool | None:
    """What became of a transaction, by its pg_current_xact_id(); None while it is going on.

    It is how a client learns what a COMMIT did whose answer was lost.
    https://www.postgresql.org/docs/current/functions-info.html#FUNCTIONS-INFO-SNAPSHOT
    """
    status = fetch("SELECT pg_xact_status(%s::xid8)", (transaction,))[0][0]
    return None if status == "in progress" else status == "committed"


def now() -> datetime:
    """The database's clock, the only one that decides anything."""
    return fetch("SELECT now()")[0][0]


def now_in_locks() -> datetime:
    """The same clock at this very moment, however long the transaction waited for its locks."""
    return fetch("SELECT clock_timestamp()")[0][0]


def in_thread(work: Callable[..., T], *args: Any) -> T:
    """A unit of database work in a thread that keeps its connection from one to the next."""
    # A restarted PostgreSQL would otherwise break this thread's next query.
    close_old_connections()
    try:
        return work(*args)
    except UNREACHABLE:
        connections.close_all()
        raise
