"""Waking beats: a committed change that makes something due sooner notifies them at once."""

import logging
import select
from threading import Event

from django.db import DatabaseError, InterfaceError, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from schedules import db

logger = logging.getLogger(__name__)

CHANNEL = "agent_scheduler_due"


def notify() -> None:
    """Wake all beats when the current transaction commits."""
    db.fetch("SELECT pg_notify(%s, '')", (CHANNEL,))


class Listener:
    """A connection of its own that sleeps until a notification, or until its time is up.

    Lost notifications cost no more than the sleep, which beat keeps to a second.
    """

    def __init__(self) -> None:
        self._connection: BaseDatabaseWrapper | None = None

    def wait(self, seconds: float) -> None:
        """Return after `seconds`, or as soon as somebody notified."""
        try:
            listening = self._listening()
            with listening.wrap_database_errors:
                if select.select([listening.connection], [], [], seconds)[0]:
                    listening.connection.poll()
                    listening.connection.notifies.clear()
        except (DatabaseError, InterfaceError, OSError, ValueError) as error:
            # ValueError: the connection was closed under us and has no file number.
            logger.warning("Not listening for changes, polling instead: %s", error)
            self.close()
            Event().wait(seconds)

    def _listening(self) -> BaseDatabaseWrapper:
        if self._connection is None:
            self._connection = connections.create_connection("default")
            with self._connection.cursor() as cursor:
                cursor.execute(f"LISTEN {CHANNEL}")
        return self._connection

    def close(self) -> None:
        """Drop the connection; the next wait opens a new one."""
        connection, self._connection = self._connection, None
        if connection is not None:
            try:
                connection.close()
            except (DatabaseError, InterfaceError):
                logger.debug("The listening connection was gone already.")
