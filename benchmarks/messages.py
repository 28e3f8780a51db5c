"""The queue that contestants send to, seen from outside: how long it is, what it holds."""

import base64
import json
import threading
import time
from collections.abc import Iterator
from typing import Any, Self

import redis

NAME = "celery"
CHUNK = 10_000
WAIT_SECONDS = 1.0
# When it came, by the wall clock, and its text.
Message = tuple[float, bytes]


class Queue:
    """Celery's default queue in a contestant's own Redis database."""

    def __init__(self, url: str) -> None:
        self.client: redis.Redis = redis.Redis.from_url(url)

    def length(self) -> int:
        """Messages that wait now."""
        return int(self.client.llen(NAME))

    def clear(self) -> None:
        """Drop them."""
        self.client.delete(NAME)

    def arguments(self) -> Iterator[str]:
        """The first argument of each message that waits, which tells what it is for."""
        for first in range(0, self.length(), CHUNK):
            chunk: Any = self.client.lrange(NAME, first, first + CHUNK - 1)
            yield from map(argument, chunk)


def argument(message: bytes) -> str:
    """The first argument of a message in Celery's protocol 2."""
    body = json.loads(base64.b64decode(json.loads(message)["body"]))
    return str(body[0][0])


class Consumer:
    """Takes messages off a queue and stamps each with the time it came; a context manager."""

    def __init__(self, queue: Queue) -> None:
        self.messages: list[Message] = []
        self._client = queue.client
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._consume)

    def arrivals(self) -> list[float]:
        """When messages came, so far, by the wall clock."""
        return [arrival for arrival, _ in self.messages]

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._ended.set()
        self._thread.join()

    def _consume(self) -> None:
        while not self._ended.is_set():
            taken: Any = self._client.brpop([NAME], timeout=WAIT_SECONDS)
            if taken:
                # What came at the same moment shares a round trip, and so the stamp.
                others: Any = self._client.rpop(NAME, CHUNK) or []
                now = time.time()
                self.messages += [(now, message) for message in (taken[1], *others)]
