"""Celery's Redis transport, except that a worker survives what is no message.

With kombu's own, anything on the queue that is no JSON of a message ends the worker that takes
it: one careless LPUSH, and every worker of a deployment is gone in turn.
"""

import logging
from queue import Empty
from typing import Any

from kombu.transport import redis

logger = logging.getLogger(__name__)
# What decoding and unpacking raise. A real message is past them before any task sees it.
NO_MESSAGE = (AttributeError, KeyError, TypeError, ValueError)


class Channel(redis.Channel):
    """Drops what cannot be read, and says so."""

    def _brpop_read(self, **options: Any) -> Any:
        try:
            return super()._brpop_read(**options)  # type: ignore[misc]
        except NO_MESSAGE as error:
            logger.warning("Dropped from the queue, as it is no message: %r", error)
            # As when the queue was empty.
            raise Empty from error


class Transport(redis.Transport):
    """The Redis transport with that channel: `broker_transport` in Celery's settings."""

    Channel = Channel
