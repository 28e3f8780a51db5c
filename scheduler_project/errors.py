"""Errors that services raise and every edge (API, admin, commands) knows how to show."""

from django.db import DatabaseError, InterfaceError, OperationalError
from django.db.models import Model, ProtectedError, RestrictedError


def is_unreachable(error: Exception) -> bool:
    """Whether the database is away, or has ended our connection.

    A server that dies behind a Unix socket leaves psycopg2 with a bare DatabaseError.
    """
    return isinstance(error, OperationalError | InterfaceError) or type(error) is DatabaseError


class Conflict(Exception):  # noqa: N818
    """The request is well formed but does not fit what is stored now (HTTP 409).

    The message is one sentence for the user.
    """

    def __str__(self) -> str:
        return str(self.args[0]) if self.args else "This conflicts with what is stored now."


def in_use(error: ProtectedError | RestrictedError) -> str:
    """One sentence saying what still uses the object that was to be deleted."""
    users: set[Model] = (
        error.protected_objects if isinstance(error, ProtectedError) else error.restricted_objects
    )
    counts: dict[tuple[str, str], int] = {}
    for user in users:
        names = (str(user._meta.verbose_name), str(user._meta.verbose_name_plural))
        counts[names] = counts.get(names, 0) + 1
    listed = ", ".join(
        f"{count} {one if count == 1 else many}" for (one, many), count in sorted(counts.items())
    )
    return f"It cannot be deleted because it is still used by {listed}."
