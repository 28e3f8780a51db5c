"""The embedded PostgreSQL: a Unix socket and a password are the only way in."""

import os
import shutil
import signal
import tempfile
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

from scheduler_project.embedded import account, cluster, home
from scheduler_project.embedded.cluster import DATABASE, ROLE, Cluster
from scheduler_project.embedded.errors import EmbeddedError
from scheduler_project.embedded.process import Child, Program
from scheduler_project.embedded.records import Records
from scheduler_project.embedded.server import Server
from scheduler_project.embedded.waiting import wait_until

LONGEST_SOCKET_PATH = 107
SOCKET_NAME = ".s.PGSQL.5432"
START_SECONDS = 60.0
STOP_SECONDS = 30.0
SETTINGS = {
    "listen_addresses": "",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "effective_cache_size": "1GB",
    "synchronous_commit": "on",
    # Nobody replicates from it: less is written.
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "512MB",
    "min_wal_size": "64MB",
    # Its compile time is longer than any query of ours.
    "jit": "off",
    "log_checkpoints": "off",
}
# Only for data that may be lost, as in tests.
CARELESS = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}


class Postgres(Server):
    """PostgreSQL 18 on the cluster of a data directory."""

    name = "PostgreSQL"

    def __init__(
        self,
        data_dir: Path,
        records: Records,
        *,
        durable: bool = True,
        say: Callable[[str], None] = print,
    ) -> None:
        super().__init__(data_dir, records)
        self.durable = durable
        self.settings = SETTINGS if durable else {**SETTINGS, **CARELESS}
        self.say = say
        self.cluster: Cluster | None = None
        self.sockets: Path | None = None

    def launch(self) -> None:
        if self.cluster is None or self.sockets is None:
            self.account = account.for_postgres()
            place = home.choose(self.data_dir, self.account, self.say)
            self.programs = home.programs(place, self.account)
            self.cluster = cluster.ensure(place, self.programs, self.account, self.durable)
            self.sockets = self._socket_directory(self.cluster)
        _clear_postmaster_file(self.cluster)
        settings = {**self.settings, "unix_socket_directories": str(self.sockets)}
        command = [str(self.programs / "postgres"), "-D", str(self.cluster.data)]
        command += [word for item in settings.items() for word in ("-c", "=".join(item))]
        # Its interrupt is the fast shutdown: also when we are killed it ends in good order.
        program = Program(command, home.ENVIRONMENT, Path("/"), self.account, signal.SIGINT)
        self.child = Child(self.name, program, log=self.log, records=self.records)

    def wait_ready(self) -> None:
        child = self.child
        assert child is not None
        wait_until(lambda: self._answers() or not child.alive(), START_SECONDS)
        if not self._answers():
            error = self.failure(child)
            self.stop()
            raise error

    def _answers(self) -> bool:
        assert self.cluster is not None
        assert self.child is not None
        lines = _postmaster_lines(self.cluster)
        return len(lines) > 7 and lines[0] == str(self.child.pid) and lines[7].strip() == "ready"

    def environment(self) -> dict[str, str]:
        assert self.cluster is not None
        password = self.cluster.password_file.read_text()
        where = quote(str(self.sockets), safe="")
        return {"DATABASE_URL": f"postgresql://{ROLE}:{password}@/{DATABASE}?host={where}"}

    def stop(self, hurry: threading.Event | None = None) -> None:
        child = self.child
        if child is not None:
            child.popen.send_signal(signal.SIGINT)
            if not child.wait(STOP_SECONDS, hurry):
                child.popen.send_signal(signal.SIGQUIT)
            child.finish(5.0)
        if self.cluster is not None and self.sockets not in (None, self.cluster.sockets):
            shutil.rmtree(str(self.sockets), ignore_errors=True)
            self.sockets = None

    def _socket_directory(self, of: Cluster) -> Path:
        """The cluster's own one, or a temporary one where that path is too long."""
        if _fits(of.sockets):
            return of.sockets
        for base in (tempfile.gettempdir(), "/tmp", "/var/tmp"):
            if account.may_pass(self.account, Path(base)) and _fits(Path(base) / ("x" * 40)):
                directory = Path(tempfile.mkdtemp(prefix="agent-scheduler-", dir=base))
                os.chown(directory, self.account.uid, self.account.gid)
                return directory
        raise EmbeddedError(
            f"The path {of.sockets} cannot be a socket's (too long?): choose another --data."
        )


def _fits(directory: Path) -> bool:
    """Whether the path can be a socket's; a comma would make it two paths."""
    path = os.fsencode(directory / SOCKET_NAME)
    return len(path) <= LONGEST_SOCKET_PATH and not set(path) & set(b',"\\')


def _postmaster_lines(of: Cluster) -> list[str]:
    try:
        return of.postmaster_file.read_text().splitlines()
    except FileNotFoundError:
        return []


def _clear_postmaster_file(of: Cluster) -> None:
    """Stop a server that was left on these files; drop the file if its number is someone else's.

    The lock of the data directory is ours, so whatever still runs here is an orphan.
    """
    lines = _postmaster_lines(of)
    if not lines or not lines[0].isdigit():
        of.postmaster_file.unlink(missing_ok=True)
        return
    pid = int(lines[0])
    if not _serves(pid, of):
        of.postmaster_file.unlink(missing_ok=True)
        return
    for number in (signal.SIGINT, signal.SIGQUIT):
        with suppress(ProcessLookupError):
            os.kill(pid, number)
        if wait_until(lambda: not _serves(pid, of), STOP_SECONDS):
            return
    raise EmbeddedError(f"A PostgreSQL (process {pid}) is still running on {of.data}: stop it.")


def _serves(pid: int, of: Cluster) -> bool:
    """Whether the process is a PostgreSQL on exactly these files."""
    try:
        arguments = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except (FileNotFoundError, ProcessLookupError):
        return False
    return os.fsencode(of.data) in arguments
