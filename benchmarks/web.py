"""Web servers on one port, and those who ask them, in a process of their own."""

import http.client
import json
import subprocess
import sys
import time
from collections.abc import Sequence
from typing import Any, Self

from benchmarks.clock import ticks
from benchmarks.errors import BenchmarkError
from benchmarks.filled import Filled
from benchmarks.servers import ROOT, Servers
from scheduler_project.supervision.listener import HOST, listen, port_of

START_SECONDS = 60.0
POLL_SECONDS = 0.05
PATIENCE_SECONDS = 120.0


class Web:
    """So many processes on one listening socket; a context manager that ends them."""

    def __init__(self, servers: Servers, filled: Filled, count: int) -> None:
        self._listener = listen(None)
        number = self._listener.fileno()
        command = ["uvicorn", "scheduler_project.asgi:application", "--fd", str(number)]
        # As many schedules as one user can create in the time.
        environment = filled.environment | {"MAX_SCHEDULES_PER_OWNER": "1000000"}
        self._children = [
            servers.child(
                f"web {place}", [*command, "--no-access-log"], environment, keep_open=[number]
            )
            for place in range(count)
        ]

    def __enter__(self) -> Self:
        for _ in ticks(POLL_SECONDS, time.time() + START_SECONDS):
            if self._answers():
                return self
        raise BenchmarkError("\n".join(["No web server:", *self._children[0].last_lines(15)]))

    def __exit__(self, *error: object) -> None:
        for child in self._children:
            child.finish(10)
        self._listener.close()

    @property
    def url(self) -> str:
        """Where they are."""
        return f"http://{HOST}:{port_of(self._listener)}"

    @property
    def pids(self) -> list[int]:
        """Their processes."""
        return [child.pid for child in self._children]

    def _answers(self) -> bool:
        connection = http.client.HTTPConnection(HOST, port_of(self._listener), timeout=5)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == http.client.OK
        except OSError:
            return False
        finally:
            connection.close()


def asked(url: str, case: dict[str, Any]) -> Sequence[float]:
    """How long each answer took, in seconds; BenchmarkError for one that is none."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.clients", url, json.dumps(case)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=case["seconds"] + PATIENCE_SECONDS,
        check=False,
    )
    if done.returncode:
        raise BenchmarkError(f"{case} failed:\n{done.stderr[-2000:]}")
    return [float(seconds) for seconds in json.loads(done.stdout)]
