"""`python -m tests.chaos.zygote celery|web`: a warm parent that forks a run's processes.

It has imported everything and has neither threads nor connections. A child goes on from
the fork to the real main of Celery or uvicorn, so a start costs a tenth of the usual. Orders
come by standard input as JSON lines, what happened goes to standard output. When the
input ends, because whoever gave the orders is gone, the children are killed.
"""

import ctypes
import json
import os
import select
import signal
import sys
from contextlib import suppress
from typing import Any

from tests.chaos import process

PR_SET_PDEATHSIG = 1
LOOK_SECONDS = 0.05


class Zygote:
    """Forks, signals and reaps; only it signals, so that no process id is used too late."""

    def __init__(self) -> None:
        self._children: set[int] = set()
        self._input = b""

    def serve(self) -> dict[str, Any] | None:
        """Obey until the input ends; in a child, the order that it was made for."""
        while True:
            self._reap()
            if not select.select([0], [], [], LOOK_SECONDS)[0]:
                continue
            received = os.read(0, 65536)
            if not received:
                self._end()
                return None
            *lines, self._input = (self._input + received).split(b"\n")
            for order in map(json.loads, lines):
                if "signal" in order:
                    self._signal(order)
                elif not self._fork(order):
                    return dict(order)

    def _fork(self, order: dict[str, Any]) -> bool:
        """Whether this is still the parent."""
        parent = os.getpid()
        child = os.fork()
        if child:
            self._children.add(child)
            _tell(started=order["name"], pid=child)
            return True
        os.setsid()
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)
        return False

    def _signal(self, order: dict[str, Any]) -> None:
        if order["pid"] in self._children:
            os.kill(order["pid"], order["signal"])

    def _reap(self) -> None:
        with suppress(ChildProcessError):
            while True:
                child, status = os.waitpid(-1, os.WNOHANG)
                if not child:
                    break
                self._children.discard(child)
                _tell(ended=child, code=os.waitstatus_to_exitcode(status))

    def _end(self) -> None:
        for child in self._children:
            os.kill(child, signal.SIGKILL)
        for child in self._children:
            os.waitpid(child, 0)


def _tell(**news: object) -> None:
    os.write(1, (json.dumps(news) + "\n").encode())


if __name__ == "__main__":
    process.load(sys.argv[1])
    _tell(ready=True)
    order = Zygote().serve()
    if order is not None:
        process.become(order)
