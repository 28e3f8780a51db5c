"""What processes use, read from /proc."""

import os
import re
from pathlib import Path
from typing import NamedTuple

TICKS = os.sysconf("SC_CLK_TCK")
UTIME, CHILDREN_STIME = 11, 14


class Memory(NamedTuple):
    """In MiB: what is resident, and the same with shared pages divided among their users."""

    rss: float
    pss: float


def cpu_seconds(pid: int) -> float:
    """CPU time of a process, with all its threads, so far."""
    own = _times(pid)[:2]
    return sum(own) / TICKS


def cpu_seconds_of_tree(pid: int) -> float:
    """The same, with its children, those that have ended included."""
    living = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return sum(_times(pid)) / TICKS + sum(_of_child(int(child)) for child in living)


def memory(pid: int) -> Memory:
    """Memory of a process."""
    text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    kilobytes = dict(re.findall(r"^(\w+): +(\d+) kB$", text, re.MULTILINE))
    return Memory(int(kilobytes["Rss"]) / 1024, int(kilobytes["Pss"]) / 1024)


def _of_child(pid: int) -> float:
    try:
        return cpu_seconds(pid)
    except (FileNotFoundError, ProcessLookupError):
        return 0.0  # It ended just now.


def _times(pid: int) -> list[int]:
    """Ticks: user, system, and both of children that have ended."""
    # The command's name, in parentheses, may itself contain spaces and parentheses.
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return [int(field) for field in fields[UTIME : CHILDREN_STIME + 1]]
