"""One chaos run's installation: a database of its own and the processes on it."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.request import urlopen
from uuid import uuid4

import psycopg2

from benchmarks.databases import drop
from scheduler_project.embedded.waiting import wait_until
from tests.acceptance.database import ROOT
from tests.chaos import agent, evidence, switches
from tests.chaos.clock import monotonic
from tests.chaos.family import Family
from tests.chaos.members import End, Member
from tests.chaos.servers import TEMPLATE, Servers

QUICK = {
    "MINIMUM_GAP_SECONDS": 1,
    "MAX_SCHEDULES_PER_OWNER": 100_000,
    "MAX_CATCH_UP_RUNS": 5,
    "CATCH_UP_PACE_SECONDS": 1,
    "LEASE_SECONDS": 3,
    "HEARTBEAT_SECONDS": 1,
    "REPUBLISH_SECONDS": 2,
    "WORKER_GRACE_SECONDS": 2,
    "IDLE_IN_TRANSACTION_SECONDS": 3,
}
READY_SECONDS = 60.0
STOP_SECONDS = 15.0
CELERY = ["celery", "-A", "scheduler_project"]
WEB = ["uvicorn", "scheduler_project.asgi:application", "--timeout-graceful-shutdown", "3"]


class Arena:
    """A context manager: the database and all processes are gone afterwards.

    Members that end are started again after a second, as any supervisor does.
    """

    def __init__(self, servers: Servers, off: tuple[str, ...] = (), **settings: object) -> None:
        self.servers = servers
        self.off = off
        self.name = f"chaos_{uuid4().hex[:12]}"
        self.directory = Path(tempfile.mkdtemp(prefix="agent-scheduler-chaos-run-"))
        self.record = self.directory / "agents.jsonl"
        self.url = servers.url(self.name)
        self.members: dict[str, Member] = {}
        self.ends: list[End] = []
        self.closing = False
        self._lock = threading.RLock()
        self._book = threading.Lock()
        self._early: dict[int, int] = {}
        self._settings = {k: str(v) for k, v in (QUICK | settings).items()}

    def __enter__(self) -> Self:
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        try:
            self.servers.on_server(f"CREATE DATABASE {self.name} TEMPLATE {TEMPLATE}")
            if switches.UNIQUE_KEY in self.off:
                self.query(f"DROP INDEX {switches.UNIQUE_INDEX}")
            self.families = {kind: self._family(kind) for kind in ("celery", "web")}
            for family in self.families.values():
                family.wait_ready()
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
        with self._lock:
            self.closing = True
        for family in getattr(self, "families", {}).values():
            family.close()
        self.listener.close()
        drop(self.servers.environment["DATABASE_URL"], self.name)
        with self.servers.broker() as broker:
            broker.flushall()
        shutil.rmtree(self.directory, ignore_errors=True)

    @property
    def port(self) -> int:
        """Where the web server listens; the socket outlives it."""
        return int(self.listener.getsockname()[1])

    def query(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """Rows, read without Django."""
        connection = psycopg2.connect(self.url, application_name="chaos", connect_timeout=5)
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute(statement, values or None)
                return cursor.fetchall() if cursor.description else []
        finally:
            connection.close()

    def add(
        self, role: str, count: int = 1, extra: Sequence[str] = (), **options: Any
    ) -> list[Member]:
        """Start so many more of a role, with `extra` arguments.

        `options` are some of Member's fields.
        """
        first = 1 + sum(member.role == role for member in self.members.values())
        added = []
        for number in range(first, first + count):
            arguments = [*self._arguments(role, number), *extra]
            member = Member(f"{role}{number}", role, arguments, **options)
            self.members[member.name] = member
            self.start(member)
            added.append(member)
        return added

    def wait_ready(self) -> None:
        """Wait until every member that has been started is at work."""
        wanted = {role: len(self.of(role)) for role in ("beat", "worker")}

        def ready() -> bool:
            rows = self.query("SELECT kind, count(*) FROM schedules_node GROUP BY kind")
            return all(dict(rows).get(role, 0) >= n for role, n in wanted.items())

        assert wait_until(ready, READY_SECONDS), "beats and workers did not start"
        assert not self.of("web") or wait_until(self._answers, READY_SECONDS), "no web server"

    def of(self, role: str) -> list[Member]:
        """The members of a role."""
        return [member for member in self.members.values() if member.role == role]

    def start(self, member: Member) -> None:
        """Start a member that is not running."""
        with self._lock:
            if self.closing or member.alive or not member.restart:
                return
            pid = self._family_of(member).start(self._order(member))
            with self._book:
                member.pid, member.alive = pid, True
                member.ordered_to_end = member.frozen = False
                early = self._early.pop(pid, None)
        if early is not None:
            self._ended(pid, early)

    def signal(self, member: Member, number: signal.Signals) -> None:
        """Send a member a signal; what ends it was ordered."""
        with self._lock:
            if number in (signal.SIGKILL, signal.SIGTERM):
                member.ordered_to_end = True
            if number in (signal.SIGSTOP, signal.SIGCONT):
                member.frozen = number == signal.SIGSTOP
            self._family_of(member).signal(member.pid, number)

    def retire(self, member: Member) -> None:
        """End a member for good."""
        with self._lock:
            member.restart = False
            if member.alive:
                self.signal(member, signal.SIGTERM)

    def stop(self) -> None:
        """End everybody in good order, and wait for it."""
        with self._lock:
            self.closing = True
        for member in self.members.values():
            self.signal(member, signal.SIGTERM)
        wait_until(lambda: not any(m.alive for m in self.members.values()), STOP_SECONDS)

    def log_of(self, member: Member) -> Path:
        """One log for each name, whichever process bears it."""
        return self.directory / f"{member.name}.log"

    def manage(self, *arguments: str) -> tuple[int, str]:
        """Exit code and output of a command of manage.py on this database."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self._environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout + done.stderr

    def _arguments(self, role: str, number: int) -> list[str]:
        if role == "web":
            return [*WEB, "--fd", str(self.listener.fileno())]
        if role == "beat":
            return [*CELERY, "beat", "--pidfile=", "--loglevel=INFO"]
        return [*CELERY, "worker", "--loglevel=INFO", "-n", f"worker{number}@localhost"]

    def _environment(self) -> dict[str, str]:
        return {
            **os.environ,
            **self.servers.environment,
            "DATABASE_URL": self.url,
            "DATA_DIR": str(self.directory),
            "QUEUE": self.name,
            "PYTHONUNBUFFERED": "1",
            agent.RECORD: str(self.record),
            **self._settings,
        }

    def _family(self, kind: str) -> Family:
        keep_open = (self.listener.fileno(),) if kind == "web" else ()
        return Family(kind, self._environment(), self._ended, keep_open)

    def _family_of(self, member: Member) -> Family:
        return self.families["web" if member.role == "web" else "celery"]

    def _order(self, member: Member) -> dict[str, Any]:
        return {
            "name": member.name,
            "role": member.role,
            "arguments": member.arguments,
            "log": str(self.log_of(member)),
            "environment": {"PGAPPNAME": f"chaos {member.role}"},
            "switches": [*self.off, *member.off],
            "failpoint": member.failpoint,
            "hours": member.hours,
        }

    def _ended(self, pid: int, code: int) -> None:
        """Called by a family's own thread: it must not wait for a start."""
        with self._book:
            member = next((m for m in self.members.values() if m.alive and m.pid == pid), None)
            if member is None:
                # It ended before anybody could note that it had begun.
                self._early[pid] = code
                return
            member.alive = False
            ordered = member.ordered_to_end or member.failpoint is not None
            words = "" if ordered else evidence.tail(self.log_of(member))
            end = End(member.name, pid, code, ordered, monotonic(), words)
            self.ends.append(end)
        if member.restart and not self.closing:
            again = threading.Timer(member.pause, self.start, (member,))
            again.daemon = True
            again.start()

    def _answers(self) -> bool:
        try:
            with urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False
