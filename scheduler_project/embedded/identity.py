"""Which process a process id means: ids are used again, (id, start time, boot) is not."""

import os
from pathlib import Path
from typing import TypedDict


class Identity(TypedDict):
    """One process for all time, fit for JSON."""

    pid: int
    started: str


def of(pid: int) -> Identity | None:
    """The living process with this id; None if there is none (a zombie counts as none)."""
    try:
        # The command's name, in parentheses, may itself contain spaces and parentheses.
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    if fields[0] in "ZX":
        return None
    boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    return Identity(pid=pid, started=f"{boot}/{fields[19]}")


def of_this_process() -> Identity:
    """The identity of the caller."""
    mine = of(os.getpid())
    if mine is None:
        raise RuntimeError("/proc is not mounted")
    return mine


def lives(identity: Identity) -> bool:
    """Whether exactly that process is still there."""
    return of(identity["pid"]) == identity
