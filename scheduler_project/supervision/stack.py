"""The processes of one installation: which commands they are and how they end."""

import os
import signal
import socket
import sys
from pathlib import Path

from scheduler_project.embedded import Services
from scheduler_project.embedded.process import TO_LOG, Child, Program
from scheduler_project.embedded.server import Server
from scheduler_project.supervision.supervisor import Unit, UpError, describe

REFUSED = 3  # manage.py has said in one sentence what is set wrongly.
# Clients say little (agents.sockets): nothing large is taken from whoever has not logged in.
SMALL_MESSAGES = ("--ws-max-size", "16384", "--ws-per-message-deflate", "false")
ROOT = Path(__file__).resolve().parents[2]


def worker_grace() -> float:
    """Seconds that a worker may take to end: its own grace for runs, then handing them back."""
    grace = os.environ.get("WORKER_GRACE_SECONDS") or 20
    lease = os.environ.get("LEASE_SECONDS") or 15
    return float(grace) + 2 * float(lease)


class Stack:
    """Starts processes with the environment that leads to the running servers."""

    def __init__(self, services: Services, listener: socket.socket) -> None:
        self.services = services
        self.listener = listener
        self.environment = {
            **os.environ,
            **services.environment,
            "DATA_DIR": str(services.data_dir),
            "PYTHONUNBUFFERED": "1",
        }

    def units(self, beats: int, workers: int) -> list[Unit]:
        """All that shall run, in the order to stop it; the servers are last and run already."""
        return [
            self.web(),
            *(self.beat(number) for number in range(1, beats + 1)),
            *(self.worker(number) for number in range(1, workers + 1)),
            *(self.server(server) for server in self.services.servers),
        ]

    def web(self) -> Unit:
        """The web server, on the socket that we already listen on: no port can be lost to it."""
        number = self.listener.fileno()
        command = ["uvicorn", "scheduler_project.asgi:application", "--fd", str(number)]
        command += ["--timeout-graceful-shutdown", "5", *SMALL_MESSAGES]
        return self._unit("web", command, keep_open=(number,))

    def beat(self, number: int) -> Unit:
        """One of any number of beats."""
        command = ["celery", "-A", "scheduler_project", "beat", "--pidfile=", "--loglevel=INFO"]
        return self._unit(f"beat {number}", command)

    def worker(self, number: int) -> Unit:
        """One of any number of workers; it gets time to finish its runs."""
        command = ["celery", "-A", "scheduler_project", "worker", "--loglevel=INFO"]
        command += ["-n", f"worker{number}@%h"]
        # Without us its servers are gone too: nothing it could still finish.
        return self._unit(
            f"worker {number}", command, grace=worker_grace(), orphaned=signal.SIGQUIT
        )

    def server(self, server: Server) -> Unit:
        """An embedded server, which runs already and which the services stop."""

        def again() -> Child:
            server.launch()
            server.wait_ready()
            assert server.child is not None
            return server.child

        return Unit(server.name, again, grace=None, child=server.child)

    def manage(self, command: str, *arguments: str, stdout: int | None = TO_LOG) -> Child:
        """A command of manage.py; its standard output goes to `stdout` (None: to ours)."""
        return self._child(command, ["manage.py", command, *arguments], stdout=stdout)

    def run(self, command: str, *arguments: str, stdout: int | None = TO_LOG) -> None:
        """The same, to its end; UpError with the end of its log if it fails."""
        child = self.manage(command, *arguments, stdout=stdout)
        try:
            child.popen.wait()
        finally:
            child.popen.terminate()
            child.finish(5.0)
        if child.popen.returncode == REFUSED:
            raise UpError(child.last_lines(1)[0])
        if child.popen.returncode:
            raise UpError(describe(child, f"manage.py {command} failed"))

    def _unit(
        self,
        name: str,
        module: list[str],
        *,
        grace: float = 10.0,
        orphaned: signal.Signals = signal.SIGTERM,
        keep_open: tuple[int, ...] = (),
    ) -> Unit:
        return Unit(
            name,
            lambda: self._child(name, ["-m", *module], orphaned=orphaned, keep_open=keep_open),
            grace=grace,
        )

    def _child(
        self,
        name: str,
        arguments: list[str],
        *,
        stdout: int | None = TO_LOG,
        orphaned: signal.Signals = signal.SIGTERM,
        keep_open: tuple[int, ...] = (),
    ) -> Child:
        program = Program(
            [sys.executable, *arguments],
            self.environment,
            ROOT,
            on_parent_death=orphaned,
            keep_open=keep_open,
        )
        log = self.services.data_dir / "logs" / f"{name.replace(' ', '')}.log"
        return Child(name, program, log=log, records=self.services.records, stdout=stdout)
