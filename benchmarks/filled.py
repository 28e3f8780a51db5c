"""A queue and a database of their own, filled by an application's own process, and its worker."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from benchmarks.errors import BenchmarkError
from benchmarks.messages import Queue
from benchmarks.servers import Servers
from scheduler_project.embedded.process import Child

DATABASE = "worker"
LIMIT_SECONDS = 600.0


class Filled:
    """Made anew in place of the one before; `application` is a module of benchmarks.workers."""

    def __init__(self, servers: Servers, application: str, **environment: str) -> None:
        self._servers = servers
        self._application = application
        self.environment = {
            "DATABASE_URL": servers.make_database(DATABASE),
            "REDIS_URL": servers.make_redis(1),
            "SECRET_KEY": "benchmarks",
            "LOG_LEVEL": "WARNING",
            **environment,
        }
        self.queue = Queue(self.environment["REDIS_URL"])

    @property
    def database_url(self) -> str:
        """Where its ledger is."""
        return self.environment["DATABASE_URL"]

    @contextmanager
    def working(self, pool: Sequence[str] = ()) -> Iterator[Child]:
        """Its worker, as long as that lasts."""
        module = f"benchmarks.workers.{self._application}"
        command = ("celery", "-A", module, "worker", "--loglevel", "WARNING", *pool)
        child = self._servers.child(f"{self._application} worker", command, self.environment)
        try:
            yield child
        finally:
            child.popen.terminate()
            child.finish(30)

    def hand(self, *words: str) -> str:
        """What its application's own process prints."""
        command = ("benchmarks.workers", self._application, *words)
        child = self._servers.child(" ".join(command[1:3]), command, self.environment)
        ended = child.wait(LIMIT_SECONDS)
        child.finish(0)
        lines = child.last_lines(15)
        if not ended or child.popen.returncode:
            raise BenchmarkError("\n".join([f"{' '.join(command)} failed:", *lines]))
        return lines[-1] if lines else ""
