"""Web servers, and those who ask them, in a process of their own."""

import http.client
import json
import subprocess
import sys
import time
from collections.abc import Sequence
from socket import socket
from typing import Any, Self

from benchmarks.clock import ticks
from benchmarks.errors import BenchmarkError
from benchmarks.filled import Filled
from benchmarks.servers import ROOT, Servers
from scheduler_project.supervision.listener import HOST, listen, port_of

START_SECONDS = 60.0
POLL_SECONDS = 0.05
COMMAND = ["uvicorn", "scheduler_project.asgi:application", "--no-access-log"]
PATIENCE_SECONDS = 120.0


class Web:
    """So many processes, each with an address; a context manager that ends them."""

    def __init__(self, servers: Servers, filled: Filled, count: int) -> None:
        self._listeners = [listen(None) for _ in range(count)]
        # As many schedules as one user can create in the time.
        environment = filled.environment | {"MAX_SCHEDULES_PER_OWNER": "1000000"}
        self._children = [
            servers.child(
                f"web {place}",
                [*COMMAND, "--fd", str(listener.fileno())],
                environment,
                keep_open=[listener.fileno()],
            )
            for place, listener in enumerate(self._listeners)
        ]

    def __enter__(self) -> Self:
        for _ in ticks(POLL_SECONDS, time.time() + START_SECONDS):
            if all(map(_answers, self._listeners)):
                return self
        raise BenchmarkError("\n".join(["No web server:", *self._children[0].last_lines(15)]))

    def __exit__(self, *error: object) -> None:
        for child in self._children:
            child.popen.terminate()
        for child in self._children:
            child.finish(10)
        for listener in self._listeners:
            listener.close()

    @property
    def urls(self) -> list[str]:
        """Where they are."""
        return [f"http://{HOST}:{port_of(listener)}" for listener in self._listeners]

    @property
    def pids(self) -> list[int]:
        """Their processes."""
        return [child.pid for child in self._children]


def _answers(listener: socket) -> bool:
    connection = http.client.HTTPConnection(HOST, port_of(listener), timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == http.client.OK
    except OSError:
        return False
    finally:
        connection.close()


def asked(urls: Sequence[str], case: dict[str, Any]) -> Sequence[float]:
    """How long each answer took, in seconds; BenchmarkError for one that is none."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.clients", json.dumps(case), *urls],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=case["seconds"] + PATIENCE_SECONDS,
        check=False,
    )
    if done.returncode:
        raise BenchmarkError(f"{case} failed:\n{done.stderr[-2000:]}")
    return [float(seconds) for seconds in json.loads(done.stdout)]
