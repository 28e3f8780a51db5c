"""Start the embedded servers of a data directory, find those that run, stop them."""

import json
import os
import shutil
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from scheduler_project.embedded import home, identity
from scheduler_project.embedded.errors import EmbeddedError
from scheduler_project.embedded.lock import Lock, prepare
from scheduler_project.embedded.model import Model
from scheduler_project.embedded.postgres import Postgres
from scheduler_project.embedded.records import Records
from scheduler_project.embedded.server import Server
from scheduler_project.embedded.valkey import Valkey

FILE = "services.json"


class Services:
    """The servers that were started; a context manager that stops them.

    `environment` leads to them: DATABASE_URL, REDIS_URL, MODEL_BASE_URL and
    MODEL_API_KEY, those that were asked for. `records` takes further children of the
    same data directory, which are then cleared up after a kill -9 as the servers are.
    """

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir
        self.environment: dict[str, str] = {}
        self.servers: list[Server] = []
        self.lock = Lock(data_dir)
        self.records = Records(data_dir)

    def launch(self, servers: list[Server]) -> None:
        """Start them all, then wait for each."""
        for server in servers:
            self.servers.append(server)
            server.launch()
        for server in servers:
            server.wait_ready()
            self.environment.update(server.environment())
        self._publish()

    def _publish(self) -> None:
        content = {"holder": identity.of_this_process(), "environment": self.environment}
        file = os.open(self.data_dir / FILE, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with open(file, "w") as stream:
            json.dump(content, stream)

    def stop(self, hurry: threading.Event | None = None) -> None:
        """Stop them, the last one first; at once when `hurry` gets set."""
        (self.data_dir / FILE).unlink(missing_ok=True)
        while self.servers:
            self.servers.pop().stop(hurry)
        self.lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


def start(
    data_dir: Path,
    *,
    database: bool = True,
    redis: bool = True,
    model: bool = True,
    durable: bool = True,
    say: Callable[[str], None] = print,
) -> Services:
    """Start the servers that are asked for, with their data in `data_dir`.

    Holds the directory's lock from now to `stop()`, also when no server is asked for.
    `durable=False` is for data that may be lost. `say` gets remarks for the user.
    EmbeddedError with one sentence if anything does not work; nothing is left running then.
    """
    data_dir = data_dir.absolute()
    prepare(data_dir)
    services = Services(data_dir)
    try:
        for name in services.records.stop_leftovers():
            say(f"Stopped {name}, which a killed run had left behind.")
        records = services.records
        wanted: list[Server] = []
        if database:
            wanted.append(Postgres(data_dir, records, durable=durable, say=say))
        if redis:
            wanted.append(Valkey(data_dir, records))
        if model:
            wanted.append(Model(data_dir, records))
        services.launch(wanted)
    except OSError as error:
        services.stop()
        raise EmbeddedError(f"The embedded servers cannot start in {data_dir}: {error}") from error
    except BaseException:
        services.stop()
        raise
    return services


def running(data_dir: Path) -> dict[str, str]:
    """The variables that lead to the servers now running for `data_dir`; {} if there are none."""
    try:
        content = json.loads((data_dir / FILE).read_text())
        return dict(content["environment"]) if identity.lives(content["holder"]) else {}
    except (OSError, ValueError, KeyError):
        return {}


def erase(data_dir: Path) -> None:
    """Remove all data of a directory whose servers were stopped, wherever it lies."""
    data_dir = data_dir.absolute()
    for directory in (home.system_home(data_dir), data_dir):
        if directory.exists():
            shutil.rmtree(directory)
    with suppress(OSError):
        home.SYSTEM_HOME.rmdir()  # If it was the last one.
