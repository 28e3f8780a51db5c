"""The little that raw SQL needs: fetch rows, and be in a thread."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from django.db import (
    DatabaseError,
    InterfaceError,
    OperationalError,
    close_old_connections,
    connection,
    connections,
)

from scheduler_project.errors import is_unreachable

T = TypeVar("T")
# What `in_thread` raises when the server is away, or has ended our connection.
UNREACHABLE = (OperationalError, InterfaceError)


class Refused(DatabaseError):  # noqa: N818
    """The server is there, and has not done it: a deadlock, a timeout, a limit.

    To psycopg2 that is an OperationalError, too, but it concerns this unit of work only.
    """


def fetch(sql: str, params: Sequence[Any] | dict[str, Any] = ()) -> list[tuple[Any, ...]]:
    """Run one statement and return its rows; an empty list where it yields none."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall() if cursor.description else []


def in_thread(work: Callable[..., T], *args: Any) -> T:
    """A unit of database work in a thread that keeps its connection from one to the next.

    OperationalError or InterfaceError when the server cannot be reached, and only then.
    """
    # A restarted PostgreSQL would otherwise break this thread's next query.
    close_old_connections()
    try:
        return work(*args)
    except (DatabaseError, InterfaceError) as error:
        if not is_unreachable(error):
            if isinstance(error, UNREACHABLE):
                raise Refused(str(error)) from error
            raise
        connections.close_all()
        if isinstance(error, UNREACHABLE):
            raise
        raise OperationalError(str(error)) from error
