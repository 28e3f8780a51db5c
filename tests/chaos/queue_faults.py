"""Faults of the queue: messages that come twice, never come, or are no messages at all."""

import json
import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from tests.chaos.arena import Arena
from tests.chaos.strikes import Strike

TAKE_SECONDS = 4.0
MESSAGES = 8
Message = bytes


def duplicated(arena: Arena, strike: Strike) -> None:
    """Messages are taken off the queue and put back three times."""
    _take(arena, strike, lambda message: [message] * 3, "came three times")


def dropped(arena: Arena, strike: Strike) -> None:
    """Messages are taken off the queue and forgotten."""
    _take(arena, strike, lambda message: [], "were lost")


def _take(
    arena: Arena, strike: Strike, put_back: Callable[[Message], list[Message]], what: str
) -> None:
    """Compete with the workers for messages for a while."""
    strike.target = "queue"
    until, taken = time.monotonic() + TAKE_SECONDS, 0
    with arena.servers.broker() as broker:
        while time.monotonic() < until and taken < MESSAGES:
            found: Any = broker.brpop([arena.name], timeout=1)
            if found is None:
                continue
            taken += 1
            if messages := put_back(found[1]):
                broker.lpush(arena.name, *messages)
    strike.effect = f"{taken} messages {what}" if taken else ""


def garbage(arena: Arena, strike: Strike) -> None:
    """Messages for nobody, in the envelope that Celery expects."""
    strike.target = "queue"
    messages = [
        _envelope("no.such.task", [str(uuid4())]),
        _envelope("schedules.run", [str(uuid4())]),
        _envelope("schedules.run", ["no id"]),
        _envelope("schedules.run", [17]),
        _envelope("schedules.run", [None]),
        _envelope("schedules.run", [{"id": []}, "too", "many"]),
        _envelope("schedules.run", []),
    ]
    strike.random.shuffle(messages)
    with arena.servers.broker() as broker:
        broker.lpush(arena.name, *messages)
    strike.effect = f"{len(messages)} messages for nobody"


def broken(arena: Arena, strike: Strike) -> None:
    """What is no message at all, and what looks like one; more than a worker has in hand."""
    strike.target = "queue"
    texts = ["not JSON {", "[]", "{}", '{"body": "AA=="}', "\x00\xff", "null"]
    texts += [_damaged(task=[]), _damaged(timelimit=5), _damaged(body="x"), _damaged(headers={})]
    text = strike.random.choice(texts)
    with arena.servers.broker() as broker:
        broker.lpush(arena.name, *[text] * MESSAGES)
    strike.effect = f"{MESSAGES} times {text[:30]!r}"


def _damaged(**changes: Any) -> str:
    message = json.loads(_envelope("schedules.run", [str(uuid4())]))
    for name, value in changes.items():
        (message if name in message else message["headers"])[name] = value
    return json.dumps(message)


def _envelope(task: str, arguments: list[Any]) -> str:
    """A message as broker.py makes it, written down once more: this is the outside."""
    id = str(uuid4())
    embed = {"callbacks": None, "errbacks": None, "chain": None, "chord": None}
    return json.dumps(
        {
            "body": json.dumps([arguments, {}, embed]),
            "content-encoding": "utf-8",
            "content-type": "application/json",
            "headers": {"lang": "py", "task": task, "id": id, "root_id": id, "retries": 0}
            | dict.fromkeys(["parent_id", "group", "eta", "expires"])
            | {"timelimit": [None, None], "argsrepr": "", "kwargsrepr": "", "origin": "chaos"},
            "properties": {
                "correlation_id": id,
                "reply_to": "",
                "delivery_mode": 2,
                "delivery_info": {"exchange": "", "routing_key": "chaos"},
                "priority": 0,
                "body_encoding": None,
                "delivery_tag": id,
            },
        }
    )
