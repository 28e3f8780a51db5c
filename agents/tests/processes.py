"""The processes that a test has started, directly or not."""

import os
from contextlib import suppress
from pathlib import Path


def children(command: str) -> list[int]:
    """The ids of this process's children that run this command."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            line, status = ((process / file).read_text() for file in ("cmdline", "status"))
            if f"PPid:\t{os.getpid()}\n" in status and command in line:
                found.append(int(process.name))
    return found
