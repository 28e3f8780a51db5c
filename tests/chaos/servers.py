"""The PostgreSQL and the Valkey of chaos runs: durable ones, and theirs to break."""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

import redis

from benchmarks.databases import on_server
from scheduler_project import embedded
from scheduler_project.embedded.server import Server
from tests.acceptance.database import PASSWORD, ROOT

OWNERS = ("ada", "ben", "eve")
TEMPLATE = "chaos_template"
MAKE_OWNERS = f"""
from django.contrib.auth.models import User
for name in {OWNERS}:
    User.objects.create_user(name, password={PASSWORD!r})
"""
DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
BROKEN_SECONDS = 20.0


class Servers:
    """Both servers on a temporary directory; a context manager that removes all of it."""

    def __init__(self, say: Callable[[str], None] = lambda text: None) -> None:
        self.directory = Path(tempfile.mkdtemp(prefix="agent-scheduler-chaos-"))
        if os.geteuid() == 0:
            # PostgreSQL runs as another account then, and has to pass.
            self.directory.chmod(0o711)
        self._say = say

    def __enter__(self) -> Self:
        try:
            self._services = embedded.start(self.directory, model=False, say=self._say)
        except BaseException:
            embedded.erase(self.directory)
            raise
        try:
            self.postgres, self.valkey = self._services.servers
            self._check_durable()
            self._make_template()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._services.stop()
        embedded.erase(self.directory)

    @property
    def environment(self) -> dict[str, str]:
        """The variables that lead to them."""
        return self._services.environment

    def url(self, database: str) -> str:
        """The URL of one database on this PostgreSQL."""
        return urlsplit(self.environment["DATABASE_URL"])._replace(path=f"/{database}").geturl()

    def on_server(self, statement: str) -> list[tuple[Any, ...]]:
        """Execute a statement outside any transaction and database of a run."""
        return on_server(self.environment["DATABASE_URL"], statement)

    def broker(self) -> redis.Redis:
        """A client of this Valkey; a context manager."""
        url = self.environment["REDIS_URL"]
        return redis.Redis.from_url(url, socket_timeout=5, socket_connect_timeout=5)

    def restart_postgres(self) -> None:
        """Immediate mode, as in a crash: what was not on disk is gone."""
        _restart(self.postgres, signal.SIGQUIT)

    def kill_valkey(self) -> None:
        """It stays dead until it is started."""
        _end(self.valkey, signal.SIGKILL)

    def start_valkey(self) -> None:
        """Empty, at the same address."""
        self.valkey.launch()
        self.valkey.wait_ready()

    @property
    def valkey_directory(self) -> Path:
        """Where it would write its dump."""
        return self.directory / "valkey"

    def versions(self) -> dict[str, str]:
        """What is under test here."""
        with self.broker() as broker:
            information: Any = broker.info("server")
        return {
            "PostgreSQL": str(self.on_server("SHOW server_version")[0][0]),
            "Valkey": str(information.get("valkey_version", information["redis_version"])),
        }

    def _check_durable(self) -> None:
        found = {name: self.on_server(f"SHOW {name}")[0][0] for name in DURABLE}
        if found != DURABLE:
            raise AssertionError(f"PostgreSQL would lose commits in a crash: {found}")

    def _make_template(self) -> None:
        """A migrated database with owners, which every run gets a copy of."""
        self.on_server(f"CREATE DATABASE {TEMPLATE}")
        for command in (["migrate", "--no-input", "-v0"], ["shell", "-v0", "-c", MAKE_OWNERS]):
            done = subprocess.run(
                [sys.executable, "manage.py", *command],
                cwd=ROOT,
                env=os.environ | self.environment | {"DATABASE_URL": self.url(TEMPLATE)},
                capture_output=True,
                text=True,
                check=False,
            )
            if done.returncode:
                raise AssertionError(done.stdout + done.stderr)


def _restart(server: Server, how: signal.Signals) -> None:
    _end(server, how)
    server.launch()
    server.wait_ready()


def _end(server: Server, how: signal.Signals) -> None:
    assert server.child is not None
    server.child.popen.send_signal(how)
    server.child.finish(BROKEN_SECONDS)
