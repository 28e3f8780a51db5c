"""Each change comes once and in order, whatever overlaps."""

import json
import random
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from math import inf
from typing import Any
from uuid import UUID

import pytest
from django.contrib.auth.models import User
from django.db import connections, transaction
from django.db.models import Max

from feed import changes
from feed.models import Change
from tests.api.changes.scenes import Open, change


class Looks:
    """The server's at the database, which transactions stay open for."""

    def __init__(self, look: Callable[..., Any]) -> None:
        self._look = look
        self._news = threading.Condition()
        self._count = 0

    def look(self, *args: Any) -> Any:
        """As changes.look, and counted."""
        found = self._look(*args)
        with self._news:
            self._count += 1
            self._news.notify_all()
        return found

    def await_more(self, more: int) -> None:
        with self._news:
            wanted = self._count + more
            assert self._news.wait_for(lambda: self._count >= wanted, 30)


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> Looks:
    found = Looks(changes.look)
    monkeypatch.setattr(changes, "look", found.look)
    return found


def write(user: User, seed: int, looks: Looks) -> None:
    """Changes of a run of its own, in transactions that overlap with others', some undone."""
    chance = random.Random(seed)
    run = UUID(int=seed)
    try:
        for attempt in range(60):
            with transaction.atomic():
                change(user, execution_id=run, attempt=attempt, event="execution.running")
                # Mostly short, now and then for longer than the disk takes.
                looks.await_more(int(50 * chance.random() ** 8))
                transaction.set_rollback(chance.random() < 0.2)
    finally:
        connections.close_all()


def follow(open_one: Open, user: User, seed: int, end: Callable[[], float]) -> list[Any]:
    """All that one sees who comes back again and again, from the last number on, to the end."""
    chance, seen, after = random.Random(seed), [], 0
    while after < end():
        # Without a bound of its own the client closes at once, whatever it has not taken.
        client = open_one(user, {"after": after}, max_queue=None)
        with suppress(TimeoutError):
            for _ in range(chance.randrange(1, 60)):
                said = json.loads(client.recv(0.8))
                after = said["sequence"]
                seen += [said] if "event" in said else []
        client.close()
    return seen


def test_each_change_comes_once_and_in_order_whatever_overlaps(
    open_socket: Open, ann: User, looks: Looks
) -> None:
    with ThreadPoolExecutor(9) as threads:
        writers = [threads.submit(write, ann, seed, looks) for seed in range(5)]
        last = Future[float]()
        end = lambda: last.result() if last.done() else inf  # noqa: E731
        readers = [threads.submit(follow, open_socket, ann, seed, end) for seed in range(4)]
        try:
            for writer in writers:
                writer.result(60)
        finally:
            last.set_result(Change.objects.aggregate(last=Max("id", default=0))["last"])
        found = [reader.result(60) for reader in readers]
    committed = list(Change.objects.order_by("id").values_list("id", "execution_id", "attempt"))
    assert len(committed) > 150
    for seen in found:
        assert [
            (said["sequence"], UUID(said["execution"]), said["attempt"]) for said in seen
        ] == committed
