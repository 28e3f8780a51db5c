"""One owner at a time for a data directory."""

import fcntl
import os
from pathlib import Path

from scheduler_project.embedded.account import name_of
from scheduler_project.embedded.errors import EmbeddedError


def prepare(data_dir: Path) -> None:
    """Make the data directory if it is not there; EmbeddedError if we cannot write to it."""
    try:
        if not data_dir.exists():
            data_dir.mkdir(parents=True)
            # PostgreSQL runs as another account when we are root, and has to pass.
            data_dir.chmod(0o711 if os.geteuid() == 0 else 0o700)
        logs = data_dir / "logs"
        logs.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise EmbeddedError(
            f"The data directory {data_dir} cannot be written ({error.strerror}): "
            "choose another one with --data."
        ) from error
    owner = data_dir.stat().st_uid
    if owner != os.geteuid():
        raise EmbeddedError(
            f"The data directory {data_dir} belongs to '{name_of(owner)}' and this is "
            f"'{name_of(os.geteuid())}': run as its owner, or choose another one with --data."
        )


class Lock:
    """Held from construction to `release()`, or to the end of the process."""

    def __init__(self, data_dir: Path) -> None:
        self._file = os.open(data_dir / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(self._file, 20).decode()
            os.close(self._file)
            raise EmbeddedError(
                f"The servers of {data_dir} are already running (process {holder}): "
                "stop that one first, or choose another directory with --data."
            ) from None
        os.ftruncate(self._file, 0)
        os.pwrite(self._file, str(os.getpid()).encode(), 0)

    def release(self) -> None:
        """Let the next one in."""
        os.close(self._file)
