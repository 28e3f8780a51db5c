"""One turn of one contestant: a database, a queue, a hand and beats of its own."""

import time
from collections.abc import Callable, Sequence
from math import ceil
from typing import Self

from benchmarks.beats import Beats
from benchmarks.clock import ticks
from benchmarks.contestants.registry import Contestant
from benchmarks.errors import BenchmarkError, NotInTimeError, TooLateError
from benchmarks.hand import Occurrence
from benchmarks.messages import Message, Queue, argument
from benchmarks.progress import Progress
from benchmarks.remote import RemoteHand
from benchmarks.servers import Servers

POLL_SECONDS = 0.005
LOOK_SECONDS = 0.2
LEAD_SECONDS = 5.0


class Stage:
    """Made anew for each turn; a context manager that ends all that was started on it.

    `limit` is how many seconds a contestant gets for anything; `patience` stretches the
    time that is planned for loading and starting.
    """

    def __init__(
        self,
        servers: Servers,
        contestant: Contestant,
        progress: Progress,
        limit: float,
        patience: int = 1,
    ) -> None:
        self.servers = servers
        self.contestant = contestant
        self.progress = progress
        self.limit = limit
        self.patience = patience

    def __enter__(self) -> Self:
        database = self.servers.make_database(
            self.contestant.database, template=self.contestant.template
        )
        environment = _environment(self.servers, self.contestant, database)
        self.queue = Queue(environment["REDIS_URL"])
        self.hand = RemoteHand(self.servers, self.contestant, environment)
        self.beats = Beats(
            lambda name: self.servers.child(
                f"{self.contestant.name} {name}", self.contestant.beat, environment
            )
        )
        return self

    def __exit__(self, *error: object) -> None:
        self.beats.kill()
        self.hand.close()
        self.queue.client.close()
        self.servers.drop_database(self.contestant.database)

    def lead(self, schedules: int) -> float:
        """Seconds that loading so many and starting on them may take."""
        seconds = LEAD_SECONDS + schedules / self.contestant.schedules_per_second
        return self.patience * seconds

    def load(
        self,
        count: int,
        *,
        every: int | None = None,
        due_at: float | None = None,
        begun: float | None = None,
    ) -> None:
        """Let the hand add schedules; see `Hand.load`. TooLateError if they were due meanwhile."""
        self.progress.show(f"loading {count:,} schedules")
        begin = time.time() if begun is None else begun
        try:
            self.hand("load", count=count, every=every, due_at=due_at, begun=begin)
        except BenchmarkError:
            # A hand may refuse what has passed.
            if due_at is not None:
                self.expect_before(due_at)
            raise

    def steady_load(self, count: int, every: int, beats: int = 1) -> float:
        """Start beats on schedules whose phases are spread evenly over `every` seconds.

        Returns the time, a whole second that is near, from which on all of them run.
        """
        since = ceil(time.time() + self.lead(count))
        self.load(count, every=every, begun=since)
        self.start_beats(beats)
        self.expect_before(since)
        return since

    def start_beats(self, count: int = 1) -> float:
        """Start beats one after the other, each at rest before the next; the queue is empty then.

        Returns the seconds from the first one's start to the first message, that of a
        schedule which was due already. NotInTimeError if there is none within the limit.
        """
        self.queue.clear()
        self.hand("add_due")
        begun = time.time()
        self.beats.start()
        try:
            seconds = self.wait_for_messages(1) - begun
        except NotInTimeError:
            raise NotInTimeError(f"nothing {self.limit:.0f} s after its start") from None
        self.beats.wait_for_rest(self.limit)
        for _ in range(count - 1):
            self.beats.start()
            self.beats.wait_for_rest(self.limit)
        self.queue.clear()
        return seconds

    def wait_for_messages(
        self, count: int, watch: Callable[[float, int], None] | None = None
    ) -> float:
        """The time at which so many messages waited; `watch` sees each look that was taken.

        NotInTimeError with what there was after the limit.
        """
        length = 0
        for now in ticks(POLL_SECONDS, time.time() + self.limit):
            length = self.queue.length()
            if watch:
                watch(now, length)
            if length >= count:
                return now
            self.check(f"{length:,} of {count:,} messages")
        raise NotInTimeError(f"{length:,} sent after {self.limit:.0f} s")

    def look_on(self, until: float, doing: str) -> None:
        """Let the beats work up to that time; BenchmarkError if one ends by itself."""
        for _ in ticks(LOOK_SECONDS, until):
            self.check(doing)

    def check(self, doing: str) -> None:
        """Show what goes on; BenchmarkError if a beat has ended by itself."""
        self.progress.show(doing)
        self.beats.check()

    def expect_before(self, instant: float) -> None:
        """TooLateError if that time has come already."""
        if time.time() >= instant:
            raise TooLateError

    def occurrences(self, messages: Sequence[Message]) -> list[tuple[Occurrence, float]]:
        """What the messages stand for, each with its arrival, in their order."""
        names = [argument(message) for _, message in messages]
        found = self.hand("occurrences", arguments=names)
        arrivals = (arrival for arrival, _ in messages)
        return [((schedule, due), at) for (schedule, due), at in zip(found, arrivals, strict=True)]


def make_template(servers: Servers, contestant: Contestant) -> None:
    """The database that each turn of this contestant begins with, its tables empty."""
    environment = _environment(servers, contestant, servers.make_database(contestant.template))
    hand = RemoteHand(servers, contestant, environment)
    try:
        hand("prepare")
    finally:
        hand.close()


def _environment(servers: Servers, contestant: Contestant, database: str) -> dict[str, str]:
    """What leads to its database and to its Redis, which is emptied, and how it is set."""
    redis = servers.make_redis(contestant.redis_number)
    return {"DATABASE_URL": database, "REDIS_URL": redis, **contestant.environment}
