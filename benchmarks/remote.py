"""The other end of a hand: commands go out as lines, answers come back as lines."""

import json
import socket
from typing import Any

from benchmarks.contestants.registry import Contestant
from benchmarks.errors import BenchmarkError
from benchmarks.servers import Servers


class RemoteHand:
    """A contestant's hand in a process of its own; call it with a command and its arguments."""

    def __init__(
        self, servers: Servers, contestant: Contestant, environment: dict[str, str]
    ) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            command = ["benchmarks.hand", contestant.hand, str(theirs.fileno())]
            name = f"{contestant.name} hand"
            self.child = servers.child(name, command, environment, keep_open=[theirs.fileno()])
        self._socket = ours
        self._lines = ours.makefile("rw")

    def __call__(self, command: str, **arguments: Any) -> Any:
        """Let it be done; returns the answer. BenchmarkError with its words if it fails."""
        self.begin(command, **arguments)
        return self.answer()

    def begin(self, command: str, **arguments: Any) -> None:
        """Let it be done meanwhile; `answer` waits for the end."""
        self._lines.write(json.dumps([command, arguments]) + "\n")
        self._lines.flush()

    def answer(self) -> Any:
        """The answer to the oldest command that was begun."""
        line = self._lines.readline()
        if not line:
            words = "\n".join(self.child.last_lines(15))
            raise BenchmarkError(f"{self.child.name} ended:\n{words}")
        answer = json.loads(line)
        if "error" in answer:
            raise BenchmarkError(f"{self.child.name} failed:\n{answer['error']}")
        return answer["answer"]

    def close(self) -> None:
        """End its process."""
        self._lines.close()
        self._socket.close()
        self.child.finish(0)
