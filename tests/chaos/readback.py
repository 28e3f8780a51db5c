"""What became of a request whose answer was lost: read from the database, under its locks.

Whatever such a request had begun is waited for first, so that nothing can take effect
after it was looked for.
"""

import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Any, TypeVar

import psycopg2

from scheduler_project.embedded.waiting import wait_until
from tests.chaos.arena import Arena

T = TypeVar("T")
# A request that a dying web server had taken in begins its transaction within this time.
BEGUN_SECONDS = 0.5
LONGEST_SECONDS = 60.0
OPEN = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND application_name = 'chaos web' AND xact_start < %s
"""


class Readback:
    """Looks things up for one owner, however long the database is away."""

    def __init__(self, arena: Arena, owner: str) -> None:
        self._arena = arena
        self._owner = owner

    def settle(self) -> None:
        """Wait until no transaction is open that the web server had begun by now."""
        time.sleep(BEGUN_SECONDS)
        (begun,) = self._rows("SELECT clock_timestamp()")[0]
        over = wait_until(lambda: not self._rows(OPEN, begun)[0][0], LONGEST_SECONDS)
        assert over, "a transaction of the web server does not end"

    def agent(self) -> int | None:
        """The id of the owner's agent."""
        self.settle()
        rows = self._rows(
            "SELECT a.id FROM agents_agent a JOIN auth_user u ON u.id = a.owner_id "
            "WHERE u.username = %s",
            self._owner,
        )
        return rows[0][0] if rows else None

    def schedule(self, name: str) -> dict[str, Any] | None:
        """The schedule of that name, if there is one."""
        rows = self._rows("SELECT id FROM schedules_schedule WHERE name = %s", name)
        return {"id": rows[0][0]} if rows else None

    def started(self, id: int, start: datetime) -> bool:
        """Whether that is when the schedule starts."""
        rows = self._rows("SELECT start_at FROM schedules_schedule WHERE id = %s", id)
        return bool(rows) and rows[0][0] == start

    def ends(self, id: int) -> datetime | None:
        """When the schedule ends; None if it does not, or is gone."""
        rows = self._rows("SELECT end_at FROM schedules_schedule WHERE id = %s", id)
        return rows[0][0] if rows else None

    def switched(self, id: int) -> bool | None:
        """Whether it is on; None if it is gone."""
        rows = self._rows("SELECT enabled FROM schedules_schedule WHERE id = %s", id)
        return rows[0][0] if rows else None

    def by_hand(self, name: str) -> set[str]:
        """The executions that were started by hand for the schedule of that name."""
        rows = self._rows(
            "SELECT id::text FROM schedules_execution "
            "WHERE trigger = 'manual' AND schedule_name = %s",
            name,
        )
        return {id for (id,) in rows}

    def active(self, name: str) -> list[str]:
        """Its executions that have not ended."""
        rows = self._rows(
            "SELECT id::text FROM schedules_execution "
            "WHERE state IN ('pending', 'running') AND schedule_name = %s ORDER BY id DESC",
            name,
        )
        return [id for (id,) in rows]

    def _rows(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        return patiently(lambda: self._arena.query(statement, *values))


def patiently(read: Callable[[], T]) -> T:
    """What a read-only question yields, asked again while the database is away."""
    answers: list[T] = []

    def answered() -> bool:
        with suppress(psycopg2.OperationalError, psycopg2.InterfaceError):
            answers.append(read())
        return bool(answers)

    # The last time its error is raised.
    return answers[0] if wait_until(answered, LONGEST_SECONDS) else read()
