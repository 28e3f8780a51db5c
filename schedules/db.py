"""The little that raw SQL needs: fetch rows, hand over columns, read the clock, be in a thread."""

from datetime import datetime

from django.db import DataError

from scheduler_project.columns import columns as columns
from scheduler_project.database import UNREACHABLE as UNREACHABLE
from scheduler_project.database import Refused as Refused
from scheduler_project.database import fetch as fetch
from scheduler_project.database import in_thread as in_thread


def goes_on(transaction: str) -> bool:
    """Whether a transaction, by its pg_current_xact_id(), has not come to its end yet.

    What it did is to be looked up in its rows: after a crash of the server its number may be
    another one's. https://www.postgresql.org/docs/current/functions-info.html
    """
    try:
        return bool(fetch("SELECT pg_xact_status(%s::xid8)", (transaction,)) == [("in progress",)])
    except DataError:
        # "In the future": a crash has undone it before its number was on the disk.
        return False


def now() -> datetime:
    """The database's clock, the only one that decides anything."""
    return fetch("SELECT now()")[0][0]


def now_in_locks() -> datetime:
    """The same clock at this very moment, however long the transaction waited for its locks."""
    return fetch("SELECT clock_timestamp()")[0][0]
