"""How fast does one worker empty its queue, with nothing to do but what it records?"""

import json
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from benchmarks.clock import ticks
from benchmarks.errors import BenchmarkError, NotInTimeError
from benchmarks.figures import Value
from benchmarks.messages import Queue
from benchmarks.options import add_output, count
from benchmarks.progress import Progress
from benchmarks.results import Results, Row
from benchmarks.servers import Servers

NAME, TITLE = "worker", "One worker, one full queue, nothing to do"
RATE, TO_BARE = "executions [1/s]", "to Celery alone"
MEASURES = (RATE, TO_BARE)
DATABASE = "worker"
LIMIT_SECONDS = 600.0
POLL_SECONDS = 0.005
# The first and the last part, in which a worker starts and comes to its end, are not counted.
EDGE = 0.1


class Worker(NamedTuple):
    """One that is measured: its Celery application, how it is started, whether it records."""

    title: str
    application: str
    pool: Sequence[str]
    records: bool = True


THREADS = ("--pool", "threads", "--concurrency")
WORKERS = (
    Worker("Celery alone", "bare", (*THREADS, "2"), records=False),
    Worker("ours", "ours", ()),
    Worker("Celery with results, prefork 2", "stock", ("--pool", "prefork", "--concurrency", "2")),
    Worker("Celery with results, 100 threads", "stock", (*THREADS, "100")),
)


def add_arguments(parser: ArgumentParser) -> None:
    """How many messages."""
    parser.add_argument("--executions", type=count, default=5_000, help="on the queue (5,000)")
    add_output(parser)


def take(options: Namespace, servers: Servers, results: Results) -> None:
    """Each of them in turn, then each of them again."""
    results.rows = [Row(worker.title, options.executions) for worker in WORKERS]
    progress = Progress(options.repeats * len(WORKERS))
    for _ in range(options.repeats):
        bare = 0.0
        for worker, row in zip(WORKERS, results.rows, strict=True):
            progress.turn(worker.title)
            rate = _Turn(servers, worker, options.executions).rate()
            bare = bare or rate
            values: dict[str, Value] = {RATE: rate, TO_BARE: rate / bare}
            row.add(values)
    progress.close()


class _Turn:
    """A queue, a database and a worker of their own."""

    def __init__(self, servers: Servers, worker: Worker, executions: int) -> None:
        self._servers = servers
        self._worker = worker
        self._executions = executions
        self._environment = {
            "DATABASE_URL": servers.make_database(DATABASE),
            "REDIS_URL": servers.make_redis(1),
            "SECRET_KEY": "benchmarks",
            "LOG_LEVEL": "WARNING",
        }
        self._queue = Queue(self._environment["REDIS_URL"])

    def rate(self) -> float:
        """Executions per second, in the middle of the way."""
        self._hand("fill", str(self._executions))
        # What was sent is on the disk before the clock starts.
        queued = self._queue.length()
        with self._working():
            emptied = self._watch(queued)
        done = sorted(json.loads(self._hand("done")) if self._worker.records else emptied)
        first, last = (int(len(done) * part) for part in (EDGE, 1 - EDGE))
        return (last - first) / (done[last] - done[first])

    @contextmanager
    def _working(self) -> Iterator[None]:
        module = f"benchmarks.workers.{self._worker.application}"
        command = ("celery", "-A", module, "worker", "--loglevel", "WARNING", *self._worker.pool)
        name = f"{self._worker.application} worker"
        child = self._servers.child(name, command, self._environment)
        try:
            yield
        finally:
            child.finish(30)

    def _watch(self, queued: int) -> list[float]:
        """When each message was off the queue, as seen from outside."""
        emptied: list[float] = []
        for now in ticks(POLL_SECONDS, time.time() + LIMIT_SECONDS):
            emptied += [now] * (queued - len(emptied) - self._queue.length())
            if len(emptied) >= queued:
                return emptied
        raise NotInTimeError(f"{self._worker.title}: {self._queue.length():,} left")

    def _hand(self, *words: str) -> str:
        """What its application's own process prints."""
        command = ("benchmarks.workers", self._worker.application, *words)
        child = self._servers.child(" ".join(command[1:3]), command, self._environment)
        ended = child.wait(LIMIT_SECONDS)
        child.finish(0)
        lines = child.last_lines(15)
        if not ended or child.popen.returncode:
            raise BenchmarkError("\n".join([f"{' '.join(command)} failed:", *lines]))
        return lines[-1] if lines else ""
