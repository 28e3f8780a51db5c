"""Each change comes once and in order, whatever overlaps."""

import json
import random
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

from django.contrib.auth.models import User
from django.db import connections, transaction
from pytest_django import Settings

from feed.models import Change
from tests.api.changes.scenes import Open, change

WRITERS = 5


class Commits:
    """Lets transactions stay open until others have been committed, with two who go on always."""

    def __init__(self) -> None:
        self._news = threading.Condition()
        self._count, self._writing, self._open = 0, WRITERS, 0

    def made(self) -> None:
        """One more."""
        with self._news:
            self._count += 1
            self._news.notify_all()

    def end(self) -> None:
        """One writer less."""
        with self._news:
            self._writing -= 1
            self._news.notify_all()

    def await_more(self, more: int) -> None:
        """Come back after so many of the others', or when nobody else is left to make them."""
        with self._news:
            if self._open == WRITERS - 2:
                return
            self._open += 1
            wanted = self._count + more
            came = self._news.wait_for(
                lambda: self._count >= wanted or self._writing <= self._open, 30
            )
            self._open -= 1
            self._news.notify_all()
            assert came


def write(user: User, seed: int, commits: Commits) -> None:
    """Changes of a run of its own, in transactions that overlap with others', some undone."""
    chance = random.Random(seed)
    run = UUID(int=seed)
    try:
        for attempt in range(60):
            with transaction.atomic():
                change(user, execution_id=run, attempt=attempt, event="execution.running")
                # Mostly short, now and then while the others go on for long.
                commits.await_more(int(40 * chance.random() ** 8))
                transaction.set_rollback(chance.random() < 0.2)
            commits.made()
    finally:
        commits.end()
        connections.close_all()


def follow(open_one: Open, user: User, seed: int, writing: Callable[[], bool]) -> list[Any]:
    """All that one sees who comes back again and again, from the last number on."""
    chance, seen, after = random.Random(seed), [], 0
    quiet = 0
    while quiet < 2:
        # Without a bound of its own the client closes at once, whatever it has not taken.
        client = open_one(user, {"after": after}, max_queue=None)
        done = not writing()
        try:
            for _ in range(chance.randrange(1, 60)):
                said = json.loads(client.recv(0.8))
                after = said["sequence"]
                seen += [said] if "event" in said else []
            quiet = 0
        except TimeoutError:
            quiet += done
        client.close()
    return seen


def test_each_change_comes_once_and_in_order_whatever_overlaps(
    open_socket: Open, ann: User, settings: Settings
) -> None:
    with ThreadPoolExecutor(9) as threads:
        commits = Commits()
        writers = [threads.submit(write, ann, seed, commits) for seed in range(WRITERS)]
        going_on = lambda: not all(writer.done() for writer in writers)  # noqa: E731
        readers = [threads.submit(follow, open_socket, ann, s, going_on) for s in range(4)]
        for writer in writers:
            writer.result(60)
        found = [reader.result(60) for reader in readers]
    committed = list(Change.objects.order_by("id").values_list("id", "execution_id", "attempt"))
    assert len(committed) > 150
    for seen in found:
        assert [
            (said["sequence"], UUID(said["execution"]), said["attempt"]) for said in seen
        ] == committed
