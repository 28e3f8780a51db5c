"""The controlling end of a zygote: starts processes, signals them, hears of their ends."""

import json
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from queue import Queue
from typing import Any

from tests.acceptance.database import ROOT

READY_SECONDS = 60.0
FORK_SECONDS = 30.0


class Family:
    """A zygote and its children. `on_end` is called with (pid, exit code), -N for signal N."""

    def __init__(
        self,
        kind: str,
        environment: Mapping[str, str],
        on_end: Callable[[int, int], None],
        keep_open: tuple[int, ...] = (),
    ) -> None:
        self._on_end = on_end
        self._started: Queue[dict[str, Any]] = Queue()
        self._starting = threading.Lock()
        self._writing = threading.Lock()
        self._popen = subprocess.Popen(
            [sys.executable, "-m", "tests.chaos.zygote", kind],
            cwd=ROOT,
            env=dict(environment),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
            pass_fds=keep_open,
        )
        self._reader = threading.Thread(target=self._read, name=f"zygote of {kind}", daemon=True)
        self._reader.start()

    def wait_ready(self) -> None:
        """Wait until everything is imported."""
        self._started.get(timeout=READY_SECONDS)

    def start(self, order: dict[str, Any]) -> int:
        """A new process; returns its id."""
        with self._starting:
            self._send(order)
            return int(self._started.get(timeout=FORK_SECONDS)["pid"])

    def signal(self, pid: int, number: int) -> None:
        """Send one of its processes a signal; nothing happens if it has ended."""
        self._send({"pid": pid, "signal": number})

    def close(self) -> None:
        """Kill the children and end."""
        assert self._popen.stdin is not None
        assert self._popen.stdout is not None
        with self._writing:
            self._popen.stdin.close()
        self._popen.wait(FORK_SECONDS)
        self._reader.join(FORK_SECONDS)
        self._popen.stdout.close()

    def _send(self, order: dict[str, Any]) -> None:
        assert self._popen.stdin is not None
        with self._writing:
            self._popen.stdin.write((json.dumps(order) + "\n").encode())
            self._popen.stdin.flush()

    def _read(self) -> None:
        assert self._popen.stdout is not None
        for line in self._popen.stdout:
            news = json.loads(line)
            if "ended" in news:
                self._on_end(news["ended"], news["code"])
            else:
                self._started.put(news)
