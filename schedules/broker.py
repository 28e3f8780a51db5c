"""The only code that puts executions on Redis.

A message is one id, or those of a bunch, in Celery's message protocol 2
(https://docs.celeryq.dev/en/stable/internals/protocol.html), wrapped the way
kombu's Redis transport reads it. Duplicates are harmless: a claim drops them.
"""

import json
import logging
import secrets
from binascii import b2a_base64
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from itertools import islice
from typing import Any
from uuid import UUID

import redis
from celery.utils.nodenames import anon_nodename
from django.conf import settings

logger = logging.getLogger(__name__)

TASK = "schedules.run"
PUSH_SIZE = 1000
SHARES = 32
SEPARATOR = '","'
SOCKET_TIMEOUT_SECONDS = 5
STAND_IN = str(UUID(int=0))
TAG_STAND_IN = "00000000-delivery-tag"


@cache
def client() -> redis.Redis:
    """This process's connection pool; its timeouts keep a frozen Redis from holding us."""
    return redis.Redis.from_url(
        settings.CELERY_BROKER_URL,
        socket_timeout=SOCKET_TIMEOUT_SECONDS,
        socket_connect_timeout=SOCKET_TIMEOUT_SECONDS,
    )


def publish(ids: Iterable[UUID]) -> int:
    """Wake workers for these executions; returns how many of them Redis took.

    Never raises for a broker that is down: what it did not take is still on the
    ledger with its `publish_at`, and goes out again from there.
    """
    waiting, sent = iter(ids), 0
    while chunk := list(islice(waiting, PUSH_SIZE)):
        if not _push(client().lpush, envelopes(chunk)):
            logger.warning("The broker took %d executions, no more", sent)
            return sent
        sent += len(chunk)
    return sent


def give_back(ids: Sequence[UUID]) -> None:
    """Let another worker have what this one has no slot for, in order and before all that waits."""
    # The end that workers take from: what is pushed last is taken first.
    _push(client().rpush, reversed(envelopes(ids)))


def _push(push: Callable[..., Any], messages: Iterable[str]) -> bool:
    try:
        push(settings.CELERY_TASK_DEFAULT_QUEUE, *messages)
    except redis.RedisError as error:
        logger.warning("The broker failed: %s", error)
        return False
    return True


def envelopes(execution_ids: Sequence[UUID]) -> list[str]:
    """Their messages: one for each, or one for each bunch of a herd.

    A message's task id is its first execution's, so that Flower shows the same name.
    """
    pattern, tag = _pattern(settings.CELERY_TASK_DEFAULT_QUEUE), secrets.token_hex(12)
    texts = list(map(str, execution_ids))
    size = bunch(len(texts), settings.MAX_EXECUTIONS_PER_MESSAGE)
    return [
        _envelope(pattern, texts[first : first + size], f"{tag}-{first}")
        for first in range(0, len(texts), size)
    ]


def bunch(count: int, most: int) -> int:
    """How many executions share a message where so many are published at once.

    Celery's price is paid by the message. Few at once go alone, and of many there are
    never fewer than SHARES messages, so that all workers get some.
    """
    return max(1, min(most, count // SHARES))


def _envelope(pattern: str, ids: Sequence[str], tag: str) -> str:
    # Each id with the three characters behind it is a whole number of base64's groups.
    args = _base64(SEPARATOR.join(ids))
    return pattern % {"id": ids[0], "args64": args, "argsrepr": ", ".join(ids), "tag": tag}


def _base64(text: str) -> str:
    return b2a_base64(text.encode(), newline=False).decode()


@cache
def _pattern(queue: str) -> str:
    """The message with places for what differs from one execution to the next.

    Written once, because writing JSON anew for each message costs more than sending it.
    """
    return (
        json.dumps(_message(STAND_IN, queue))
        .replace("%", "%%")
        .replace(f"('{STAND_IN}',)", "(%(argsrepr)s)")
        .replace(STAND_IN, "%(id)s")
        # Behind the three characters that open the body, the id's base64 stands by itself.
        .replace(_base64(STAND_IN), "%(args64)s")
        .replace(TAG_STAND_IN, "%(tag)s")
    )


def _message(task_id: str, queue: str) -> dict[str, Any]:
    embed = {"callbacks": None, "errbacks": None, "chain": None, "chord": None}
    return {
        "body": _base64(json.dumps([[task_id], {}, embed])),
        "content-encoding": "utf-8",
        "content-type": "application/json",
        "headers": {
            "lang": "py",
            "task": TASK,
            "id": task_id,
            "root_id": task_id,
            "parent_id": None,
            "group": None,
            "group_index": None,
            "retries": 0,
            "eta": None,
            "expires": None,
            "shadow": None,
            "timelimit": [None, None],
            "argsrepr": f"('{task_id}',)",
            "kwargsrepr": "{}",
            "origin": anon_nodename(),
            "ignore_result": True,
        },
        "properties": {
            "correlation_id": task_id,
            "reply_to": "",
            "delivery_mode": 2,
            "delivery_info": {"exchange": "", "routing_key": queue},
            "priority": 0,
            "body_encoding": "base64",
            "delivery_tag": TAG_STAND_IN,
        },
    }


def queue_depth() -> int | None:
    """Messages that wait in the default queue; None while the broker does not answer."""
    try:
        return int(client().llen(settings.CELERY_TASK_DEFAULT_QUEUE))
    except redis.RedisError:
        return None
