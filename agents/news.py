"""Who has news: wake-ups over Redis for those who watch agent tasks.

A message is the ids of tasks, separated by spaces. It only says where to look: whoever misses
one, or all, finds the same in the database a little later. One message for all tasks of a
worker, because a message each would cost it 200 us, as channels_redis' groups do.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterable
from contextlib import suppress
from uuid import UUID

import redis.asyncio as redis
from django.conf import settings
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

logger = logging.getLogger(__name__)

SOCKET_TIMEOUT_SECONDS = 2


def channel() -> str:
    """The name on Redis; installations that share one differ in their queue."""
    return f"{settings.CELERY_TASK_DEFAULT_QUEUE}:agent-task-events"


def connect() -> redis.Redis:
    """A client for the running event loop; its timeouts keep a frozen Redis from holding us."""
    return redis.Redis.from_url(
        settings.CELERY_BROKER_URL,
        decode_responses=True,
        # Others may write what is no text.
        encoding_errors="replace",
        socket_timeout=SOCKET_TIMEOUT_SECONDS,
        socket_connect_timeout=SOCKET_TIMEOUT_SECONDS,
        socket_keepalive=True,
        retry=Retry(NoBackoff(), 0),
    )


async def tell(client: redis.Redis, tasks: Iterable[UUID]) -> bool:
    """Wake those who watch these tasks; False when Redis does not answer.

    Then they find out themselves.
    """
    told = True
    try:
        await client.publish(channel(), " ".join(map(str, tasks)))
    except (redis.RedisError, OSError) as error:
        logger.warning("Nobody was told of new events: %s", error)
        told = False
    heed_cancellation()
    return told


async def listen() -> AsyncIterator[set[UUID]]:
    """The tasks that have news, as they come; first an empty set: from now on none is missed.

    RedisError when the connection breaks.
    """
    async with connect() as client, client.pubsub() as inbox:
        await inbox.subscribe(channel())
        heed_cancellation()
        async for message in inbox.listen():
            if message["type"] == "subscribe":
                yield set()
            else:
                yield _ids(message["data"])


def heed_cancellation() -> None:
    """CancelledError if that is what the running task was told.

    The client bounds its writes by asyncio.wait_for, which swallows a cancellation at the moment
    of success before Python 3.12 (bpo-37658): whoever waits for the task would wait for ever.
    """
    task = asyncio.current_task()
    if task and task.cancelling():
        raise asyncio.CancelledError


def _ids(text: str) -> set[UUID]:
    # Anything may be on a Redis that is shared.
    with suppress(ValueError):
        return {UUID(word) for word in text.split()}
    return set()
