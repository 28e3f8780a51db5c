"""How fast does one worker empty its queue, with nothing to do but what it records?"""

import json
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from typing import NamedTuple

from benchmarks.clock import ticks
from benchmarks.errors import NotInTimeError
from benchmarks.figures import Value
from benchmarks.filled import LIMIT_SECONDS, Filled
from benchmarks.options import add_output, count
from benchmarks.progress import Progress
from benchmarks.results import Results, Row
from benchmarks.servers import Servers

NAME, TITLE = "worker", "One worker, one full queue, nothing to do"
RATE, TO_BARE = "executions [1/s]", "to Celery alone"
MEASURES = (RATE, TO_BARE)
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
        self._worker = worker
        self._executions = executions
        self._filled = Filled(servers, worker.application)

    def rate(self) -> float:
        """Executions per second, in the middle of the way."""
        self._filled.hand("fill", str(self._executions))
        # What was sent is on the disk before the clock starts.
        queued = self._filled.queue.length()
        with self._filled.working(self._worker.pool):
            emptied = self._watch(queued)
        done = sorted(json.loads(self._filled.hand("done")) if self._worker.records else emptied)
        first, last = (int(len(done) * part) for part in (EDGE, 1 - EDGE))
        return (last - first) / (done[last] - done[first])

    def _watch(self, queued: int) -> list[float]:
        """When each message was off the queue, as seen from outside."""
        emptied: list[float] = []
        for now in ticks(POLL_SECONDS, time.time() + LIMIT_SECONDS):
            emptied += [now] * (queued - len(emptied) - self._filled.queue.length())
            if len(emptied) >= queued:
                return emptied
        left = self._filled.queue.length()
        raise NotInTimeError(f"{self._worker.title}: {left:,} left")
