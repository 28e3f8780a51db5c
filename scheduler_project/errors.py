"""Errors that services raise and every edge (API, admin, commands) knows how to show."""

from django.core.exceptions import ValidationError
from django.db import DatabaseError, InterfaceError, OperationalError
from django.db.models import Model, ProtectedError, RestrictedError

# https://www.postgresql.org/docs/current/errcodes-appendix.html: connections that fail, servers
# that shut down, crash or start, that take no further connection, have no room on their disk, or
# have become a standby. All other codes say something about what was asked.
AWAY = ("08", "57P", "53100", "53300", "25006")
# Somebody else is the reason, or the moment: deadlocks and the like, locks that do not come,
# statements that take too long or were cancelled, a connection that idled, resources.
PASSING = ("40", "55", "57014", "25P03", "53")


def sqlstate(error: BaseException | None) -> str:
    """What PostgreSQL says by its code; empty where it did not say anything."""
    while error is not None:
        if code := getattr(error, "pgcode", None):
            return str(code)
        error = error.__cause__
    return ""


def is_unreachable(error: Exception) -> bool:
    """Whether the database is away, or has ended our connection.

    A server that dies behind a Unix socket leaves psycopg2 with a bare DatabaseError.
    """
    if code := sqlstate(error):
        return isinstance(error, DatabaseError | InterfaceError) and code.startswith(AWAY)
    return isinstance(error, OperationalError | InterfaceError) or type(error) is DatabaseError


def is_passing(error: Exception) -> bool:
    """Whether the very same may go through a little later, on a server that is there."""
    return not is_unreachable(error) and sqlstate(error).startswith(PASSING)


class Conflict(Exception):  # noqa: N818
    """The request is well formed but does not fit what is stored now (HTTP 409).

    The message is one sentence for the user.
    """

    def __str__(self) -> str:
        return str(self.args[0]) if self.args else "This conflicts with what is stored now."


def sentences(error: Conflict | ValidationError) -> list[str]:
    """What a service has refused, for people."""
    return error.messages if isinstance(error, ValidationError) else [str(error)]


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
