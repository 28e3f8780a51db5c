"""The only code that puts executions on Redis.

A message is one id in Celery's message protocol 2
(https://docs.celeryq.dev/en/stable/internals/protocol.html), wrapped the way
kombu's Redis transport reads it. Duplicates are harmless: a claim drops them.
"""

import json
import logging
import secrets
from binascii import b2a_base64
from collections.abc import Iterable
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
    """Wake workers for these executions; returns how many messages Redis took.

    Never raises for a broker that is down: what it did not take is still on the
    ledger with its `publish_at`, and goes out again from there.
    """
    waiting, sent = iter(ids), 0
    while chunk := list(islice(waiting, PUSH_SIZE)):
        try:
            client().lpush(settings.CELERY_TASK_DEFAULT_QUEUE, *envelopes(chunk))
        except redis.RedisError as error:
            logger.warning("Broker took %d messages, then failed: %s", sent, error)
            return sent
        sent += len(chunk)
    return sent


def envelopes(execution_ids: Iterable[UUID]) -> list[str]:
    """A message for each; its task id is the execution's, so that Flower shows the same name."""
    pattern, tag = _pattern(settings.CELERY_TASK_DEFAULT_QUEUE), secrets.token_hex(12)
    return [
        pattern % {"id": task_id, "id64": _base64(task_id), "tag": f"{tag}-{number}"}
        for number, task_id in enumerate(map(str, execution_ids))
    ]


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
        .replace(STAND_IN, "%(id)s")
        # Behind the three characters that open the body, the id's base64 stands by itself.
        .replace(_base64(STAND_IN), "%(id64)s")
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
