"""What this data directory has running, so that a later start can clear up after a kill -9."""

import json
import os
import signal
from pathlib import Path
from typing import TypedDict

from scheduler_project.embedded import identity
from scheduler_project.embedded.identity import Identity
from scheduler_project.embedded.waiting import wait_until


class Entry(TypedDict):
    """One child."""

    name: str
    process: Identity


class Records:
    """The children of one data directory, in `processes.json`; its lock must be held."""

    def __init__(self, data_dir: Path) -> None:
        self.path = data_dir / "processes.json"

    def add(self, name: str, pid: int) -> None:
        """Remember a child that was just started."""
        process = identity.of(pid)
        if process is not None:
            self._write([*self._read(), Entry(name=name, process=process)])

    def discard(self, pid: int) -> None:
        """Forget a child that has ended."""
        self._write([entry for entry in self._read() if entry["process"]["pid"] != pid])

    def stop_leftovers(self) -> list[str]:
        """Stop what an earlier, killed start left behind; the names of what still ran."""
        left = [entry for entry in self._read() if identity.lives(entry["process"])]
        for number, seconds in ((signal.SIGINT, 10.0), (signal.SIGKILL, 5.0)):
            for entry in left:
                _signal(entry["process"], number)
            if wait_until(lambda: not any(identity.lives(e["process"]) for e in left), seconds):
                break
        self._write([])
        return [entry["name"] for entry in left]

    def _read(self) -> list[Entry]:
        try:
            entries: list[Entry] = json.loads(self.path.read_text())
        except (FileNotFoundError, ValueError):
            return []
        return entries

    def _write(self, entries: list[Entry]) -> None:
        # Renamed into place: a kill in the middle leaves the old list, not half a one.
        fresh = self.path.with_suffix(".new")
        with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump(entries, file)
        fresh.replace(self.path)


def _signal(process: Identity, number: signal.Signals) -> None:
    """Signal exactly that process and, to kill, the session it leads."""
    if not identity.lives(process):
        return
    try:
        send = os.killpg if number == signal.SIGKILL else os.kill
        send(process["pid"], number)
    except ProcessLookupError:
        pass
