"""PostgreSQL and Valkey of a run's own, durable as in production, and processes beside them."""

import os
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

import redis

from benchmarks import databases
from benchmarks.processes import cpu_seconds_of_tree
from scheduler_project import embedded
from scheduler_project.embedded.process import Child, Program

ROOT = Path(__file__).resolve().parents[1]


class Servers:
    """Started on a temporary directory; a context manager that stops and erases them."""

    def __enter__(self) -> Self:
        self.directory = Path(tempfile.mkdtemp(prefix="agent-scheduler-benchmarks-"))
        if os.geteuid() == 0:
            # PostgreSQL runs as another account then, and has to pass.
            self.directory.chmod(0o711)
        try:
            self._services = embedded.start(self.directory, model=False, durable=True)
        except BaseException:
            embedded.erase(self.directory)
            raise
        return self

    def __exit__(self, *error: object) -> None:
        self._services.stop()
        embedded.erase(self.directory)

    @property
    def _url(self) -> str:
        """Of the database that the server itself came with."""
        return self._services.environment["DATABASE_URL"]

    def database_url(self, name: str) -> str:
        """Where that database is, or will be."""
        return urlsplit(self._url)._replace(path=f"/{name}").geturl()

    def make_database(self, name: str, template: str = "template1") -> str:
        """A copy of the template in place of whatever had that name; returns its URL."""
        self.drop_database(name)
        databases.on_server(self._url, f"CREATE DATABASE {name} TEMPLATE {template}")
        return self.database_url(name)

    def drop_database(self, name: str) -> None:
        """Cut off whoever uses it; no such database is fine."""
        databases.drop(self._url, name)

    def make_redis(self, number: int) -> str:
        """The URL of that database of Valkey, emptied."""
        url = urlsplit(self._services.environment["REDIS_URL"])._replace(path=f"/{number}").geturl()
        with redis.Redis.from_url(url) as client:
            client.flushdb()
        return url

    def child(
        self,
        name: str,
        command: Sequence[str],
        environment: Mapping[str, str],
        keep_open: Sequence[int] = (),
    ) -> Child:
        """Start a Python module in the project's directory; it ends with this process."""
        program = Program(
            [sys.executable, "-m", *command],
            {"PATH": os.environ["PATH"], "DATA_DIR": str(self.directory), **environment},
            ROOT,
            keep_open=keep_open,
        )
        log = self.directory / "logs" / f"{name.replace(' ', '-')}.log"
        return Child(name, program, log=log, records=self._services.records)

    def cpu_seconds(self) -> float:
        """CPU time of both servers so far."""
        children = (server.child for server in self._services.servers)
        return sum(cpu_seconds_of_tree(child.pid) for child in children if child)

    def versions(self) -> list[str]:
        """What the servers are."""
        with redis.Redis.from_url(self._services.environment["REDIS_URL"]) as client:
            valkey = client.info("server")["valkey_version"]
        postgres = databases.on_server(self._url, "SHOW server_version")[0][0]
        return [f"PostgreSQL {postgres}", f"Valkey {valkey}"]
