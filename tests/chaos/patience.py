"""Questions to a database that is away at times."""

from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

import psycopg2

from scheduler_project.embedded.waiting import wait_until

T = TypeVar("T")
LONGEST_SECONDS = 60.0


def patiently(read: Callable[[], T]) -> T:
    """What a read-only question yields, asked again while the database is away."""
    answers: list[T] = []

    def answered() -> bool:
        with suppress(psycopg2.OperationalError, psycopg2.InterfaceError):
            answers.append(read())
        return bool(answers)

    # The last time its error is raised.
    return answers[0] if wait_until(answered, LONGEST_SECONDS) else read()
