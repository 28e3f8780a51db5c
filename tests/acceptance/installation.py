"""A whole installation for a test: real web, beats and workers on a database of their own."""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Any, Self, cast

import httpx
import redis

from scheduler_project.embedded.waiting import wait_until
from tests.acceptance.database import PASSWORD, ROOT, Database
from tests.acceptance.owner import Owner


class Installation(Owner):
    """The processes and their database; a context manager that removes both.

    `settings` are environment variables for all processes. Its owner is "ada".
    """

    def __init__(self, database: Database, **settings: object) -> None:
        self.database = database
        self.directory = tempfile.TemporaryDirectory(prefix="agent-scheduler-")
        self.environment = {
            **os.environ,
            "DATABASE_URL": database.url,
            "DATA_DIR": self.directory.name,
            "QUEUE": database.name,
            "MINIMUM_GAP_SECONDS": "1",
            # As it is by default: tests themselves have longer.
            "IDLE_IN_TRANSACTION_SECONDS": "",
            "PYTHONWARNINGS": "default",
            **{name: str(value) for name, value in settings.items()},
        }
        self.processes: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> Self:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.web()
        self.sign_in("ada", PASSWORD)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.client.get_httpx_client().close()
        self.stop_all(signal.SIGKILL)
        with redis.Redis.from_url(self.environment["REDIS_URL"]) as broker:
            broker.delete(*self._queues(broker), "none")
        if error is not None:
            for log in sorted(Path(self.directory.name).glob("*.log")):
                sys.stdout.write(f"--- {log.name}\n{log.read_text()[-4000:]}\n")
        self.directory.cleanup()

    @property
    def beats(self) -> list[subprocess.Popen[bytes]]:
        """All that were started as beats."""
        return [process for process in self.processes if "beat" in cast(list[str], process.args)]

    def start(self, name: str, *arguments: str, **settings: object) -> subprocess.Popen[bytes]:
        """A further process of ours; `settings` are variables for it alone."""
        environment = self.environment | {key: str(value) for key, value in settings.items()}
        return self.start_command([sys.executable, "-m", *arguments], environment, name)

    def start_command(
        self, command: list[str], environment: dict[str, str], name: str = "command"
    ) -> subprocess.Popen[bytes]:
        """A further process, its output in a log that a failing test prints."""
        log = Path(self.directory.name) / f"{len(self.processes)}-{name}.log"
        with log.open("wb") as file:
            process = subprocess.Popen(
                command, cwd=ROOT, env=environment, stdout=file, stderr=subprocess.STDOUT
            )
        self.processes.append(process)
        return process

    def web(self) -> subprocess.Popen[bytes]:
        """The web server, answering."""
        application = "scheduler_project.asgi:application"
        process = self.start("web", "uvicorn", application, "--port", str(self.port))
        assert wait_until(self.healthy, 60), "the web server did not start"
        return process

    def beat(self, **settings: object) -> subprocess.Popen[bytes]:
        """A beat."""
        arguments = ("-A", "scheduler_project", "beat", "--pidfile=")
        return self.start("beat", "celery", *arguments, **settings)

    def worker(self, **settings: object) -> subprocess.Popen[bytes]:
        """A worker that reports itself."""
        known = self.nodes("worker")
        name = f"w{len(self.processes)}@localhost"
        process = self.start(
            "worker", "celery", "-A", "scheduler_project", "worker", "-n", name, **settings
        )
        assert wait_until(lambda: self.nodes("worker") > known, 60), "the worker did not start"
        return process

    def nodes(self, kind: str) -> int:
        """How many beats or workers have reported and not left."""
        count = "SELECT count(*) FROM schedules_node WHERE kind = %s"
        return int(self.database.query(count, kind)[0][0])

    def stop_beats(self) -> None:
        """End all beats in good order."""
        for process in self.beats:
            process.terminate()
        for process in self.beats:
            process.wait(60)

    def messages(self) -> list[Any]:
        """What waits on its queue, of all priorities; each priority's oldest first."""
        with redis.Redis.from_url(self.environment["REDIS_URL"]) as broker:
            waiting: Any = [broker.lrange(name, 0, -1)[::-1] for name in self._queues(broker)]
            return [json.loads(message) for queue in waiting for message in queue]

    def _queues(self, broker: redis.Redis) -> list[Any]:
        """Its queue's lists in Redis: Celery keeps one for each priority."""
        return sorted(broker.scan_iter(f"{self.database.name}*"))

    def stop_all(self, how: signal.Signals = signal.SIGTERM) -> None:
        """Send every process this signal and wait for its end."""
        for process in self.processes:
            if process.poll() is None:
                process.send_signal(how)
        for process in self.processes:
            process.wait(60)
        self.processes.clear()

    def healthy(self) -> bool:
        """Whether the web server answers."""
        try:
            return self.raw("GET", "/healthz").status_code == 200
        except httpx.TransportError:
            return False
