"""A contestant's hand: the process, with that contestant's own settings, that fills and edits.

Run as `python -m benchmarks.hand MODULE:CLASS FILE_NUMBER`; the file is a socket on
which each line is a command with its arguments, and each answer a line, all JSON.
"""

import json
import os
import pkgutil
import socket
import sys
import time
import traceback
from collections.abc import Callable
from typing import Any, Protocol

from benchmarks.clock import sleep_until

# The schedule and, where it is known, the instant that a message was planned for.
Occurrence = tuple[str, float | None]


class Hand(Protocol):
    """What is done to a contestant; all instants are seconds of the wall clock since 1970."""

    def prepare(self) -> None:
        """Make the tables in an empty database."""

    def load(self, count: int, every: int | None, due_at: float | None, begun: float) -> None:
        """Add schedules: all due at `due_at`, or spread evenly over `every` seconds from `begun`.

        `every` is the length of their interval, a day where it is None.
        """

    def add_due(self) -> float:
        """Commit one more schedule that is due at once; returns when it was both."""

    def add_idle(self) -> None:
        """Commit one more schedule, which is due tomorrow."""

    def edit(self) -> None:
        """Commit a change of an existing schedule that moves none of its times."""

    def occurrences(self, arguments: list[str]) -> list[Occurrence]:
        """What these first arguments of messages stand for, in their order.

        The instant is that of the schedule's first occurrence where only that is known.
        """


def churn(hand: Hand, per_second: float, seconds: float) -> int:
    """Create and edit schedules in turn, at an even pace; returns how many were made."""
    begun, count = time.time(), int(per_second * seconds)
    for number in range(count):
        sleep_until(begun + number / per_second)
        if number % 2:
            hand.edit()
        else:
            hand.add_idle()
    return count


def serve(hand: Hand, connection: socket.socket) -> None:
    """Do what is asked for, line by line, until the other end is closed."""
    with connection, connection.makefile("rw") as lines:
        for line in lines:
            name, arguments = json.loads(line)
            lines.write(json.dumps(_answer(_command(hand, name), arguments)) + "\n")
            lines.flush()


def _command(hand: Hand, name: str) -> Callable[..., Any]:
    if name == "churn":
        return lambda **arguments: churn(hand, **arguments)
    command: Callable[..., Any] = getattr(hand, name)
    return command


def _answer(command: Callable[..., Any], arguments: dict[str, Any]) -> dict[str, Any]:
    try:
        return {"answer": command(**arguments)}
    except Exception:
        return {"error": traceback.format_exc()}


def main() -> None:
    """Serve the class that the command line names."""
    if "DJANGO_SETTINGS_MODULE" in os.environ:
        import django

        django.setup()
    hand = pkgutil.resolve_name(sys.argv[1])()
    serve(hand, socket.socket(fileno=int(sys.argv[2])))


if __name__ == "__main__":
    main()
