"""A second connection to the database, to be there when two of them meet."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

from django.db import connections, transaction

from scheduler_project.database import fetch
from scheduler_project.embedded.waiting import wait_until

TIMEOUT = 10
T = TypeVar("T")


class OtherConnection:
    """A thread with a connection of its own, told step by step what to do."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1)

    def start(self, work: Callable[..., T], *args: Any, **kwargs: Any) -> "Future[T]":
        """Begin some work, which may have to wait for a lock."""
        return self._thread.submit(work, *args, **kwargs)

    def run(self, work: Callable[..., T], *args: Any, **kwargs: Any) -> T:
        """Do some work; fails when it does not come to an end."""
        return self.start(work, *args, **kwargs).result(TIMEOUT)

    def begin(self) -> None:
        """Open a transaction: what follows is committed by `commit` only."""
        self.run(transaction.set_autocommit, False)

    def commit(self) -> None:
        self.run(transaction.commit)
        self.run(transaction.set_autocommit, True)

    def lock(self, table: str, *ids: Any) -> None:
        """Open a transaction that holds these rows."""
        self.begin()
        self.run(fetch, f"SELECT 1 FROM {table} WHERE id = ANY(%s) FOR UPDATE", (list(ids),))

    def pid(self) -> int:
        """The server process behind this connection."""
        return int(self.run(fetch, "SELECT pg_backend_pid()")[0][0])

    def close(self) -> None:
        self.start(connections.close_all)
        self._thread.shutdown()


def somebody_waits(count: int = 1, seconds: float = TIMEOUT) -> bool:
    """Whether so many connections come to wait for a lock that another one holds."""

    def waiting() -> bool:
        found = fetch(
            "SELECT count(*) FROM pg_stat_activity "
            "WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return int(found[0][0]) >= count

    return wait_until(waiting, seconds)


def keeps_trying(work: "Future[Any]", seconds: float = 0.3) -> bool:
    """Whether that work has not come to an end so far, without a wait in the database."""
    return not wait_until(work.done, seconds)


def terminate_others() -> int:
    """Cut every other connection to this database, for good; returns how many there were."""
    found = fetch(
        "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid() "
        "AND backend_type = 'client backend'"
    )
    return len(found)
