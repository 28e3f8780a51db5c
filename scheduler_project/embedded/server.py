"""What the embedded servers have in common."""

import threading
from abc import ABC, abstractmethod
from pathlib import Path

from scheduler_project.embedded.errors import EmbeddedError
from scheduler_project.embedded.process import Child
from scheduler_project.embedded.records import Records


class Server(ABC):
    """A server of its data directory; `launch` may be called again after it died.

    A relaunched server has the address that it had before.
    """

    name: str
    child: Child | None = None

    def __init__(self, data_dir: Path, records: Records) -> None:
        self.data_dir = data_dir
        self.records = records
        self.log = data_dir / "logs" / f"{self.name.lower()}.log"

    @abstractmethod
    def launch(self) -> None:
        """Start the process; EmbeddedError if that is impossible."""

    @abstractmethod
    def wait_ready(self) -> None:
        """Wait until it answers; EmbeddedError with the reason if it does not."""

    @abstractmethod
    def environment(self) -> dict[str, str]:
        """The variables that lead to it."""

    @abstractmethod
    def stop(self, hurry: threading.Event | None = None) -> None:
        """Stop it in an orderly way, at once when `hurry` gets set; harmless if it is not up."""

    def failure(self, child: Child) -> EmbeddedError:
        """The error for a child that ended, or did not answer in time."""
        lines = child.last_lines(20) or ["it wrote nothing"]
        telling = [line for line in lines if "FATAL" in line or "PANIC" in line] or lines
        what = "did not answer in time" if child.alive() else f"ended with {child.ending()}"
        return EmbeddedError(f"{self.name} {what}: {telling[-1]} (see {self.log})")
