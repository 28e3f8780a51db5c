"""Celery's Redis transport, except that a worker survives what is no message, and lost servers.

With kombu's own, anything on the queue that is no JSON of a message, or a message that Celery
cannot unpack, ends the worker that takes it: one careless LPUSH, and every worker of a
deployment is gone in turn. So does a Redis that goes at the wrong moment, and a PostgreSQL that
has ended the connection on which Celery records that nobody knows a task.
"""

import logging
from contextlib import suppress
from queue import Empty
from typing import Any

from django.db import Error as DatabaseError
from django.db import close_old_connections
from kombu.transport import redis

logger = logging.getLogger(__name__)
# What decoding and unpacking raise.
NO_MESSAGE = (AttributeError, LookupError, TypeError, ValueError)
SHOWN = 200


class Channel(redis.Channel):
    """Drops what cannot be read, and says so; closes without a word to a server that is gone."""

    def close(self) -> None:
        """Put back what nobody has begun, unless the connection was given up already."""
        if self.connection is not None and self.connection.client is None:
            # kombu would look there for the server's address, and the worker would end of that.
            # The ledger publishes these messages again.
            self.do_restore = False
        super().close()

    def _brpop_read(self, **options: Any) -> Any:
        try:
            return super()._brpop_read(**options)  # type: ignore[misc]
        except (TypeError, ValueError) as error:
            # Not even JSON; what goes wrong later is caught by the transport.
            logger.error("Dropped from the queue, as it is no message: %r", error)
            # As when the queue was empty.
            raise Empty from error


class Transport(redis.Transport):
    """The Redis transport with that channel: `broker_transport` in Celery's settings."""

    Channel = Channel

    def _deliver(self, message: Any, queue: str | None) -> None:
        """Hand a message to its consumer; one that cannot be unpacked is given up."""
        try:
            super()._deliver(message, queue)
        except NO_MESSAGE:
            logger.exception("Dropped, as Celery cannot unpack it: %.*r", SHOWN, message)
            self._give_up(message)
        except DatabaseError:
            # Celery notes the failure of a task that it does not know, and has let go of it.
            logger.exception("Could not be recorded: %.*r", SHOWN, message)
            close_old_connections()

    def _give_up(self, message: Any) -> None:
        """Else it would take up a place in the worker for ever, and come back at its end."""
        # Without a tag that can be read it never got so far.
        with suppress(*NO_MESSAGE):
            tag = message["properties"]["delivery_tag"]
            for channel in self.channels or ():
                if tag in (channel.qos._delivered or ()):
                    channel.basic_reject(tag, requeue=False)
