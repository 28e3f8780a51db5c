"""What the processes' logs say of the safeguards."""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from tests.chaos.facts import Evidence
from tests.chaos.failpoints import REACHED
from tests.chaos.ledger import Row

REFUSED = re.compile(
    r"Refused, as it is no longer the current attempt: "
    r"Execution (?P<id>[0-9a-f-]{36}) attempt (?P<attempt>\d+): (?P<state>\w+)"
)
EXPIRED = re.compile(r"Its lease or deadline was past: ")
AGAIN = re.compile(r"Published again: (\d+) executions")
LONGEST_TRACEBACK = 3000


def gather(logs: Iterable[Path], rows: Sequence[Row]) -> Evidence:
    """Count the traces in all logs."""
    texts = [log.read_text(errors="replace") for log in logs if log.exists()]
    return Evidence(
        stale_refused=sum(stale_refused(text, rows) for text in texts),
        leases_expired=sum(len(EXPIRED.findall(text)) for text in texts),
        published_again=sum(int(n) for text in texts for n in AGAIN.findall(text)),
    )


def stale_refused(text: str, rows: Sequence[Row]) -> int:
    """Refused writes of attempts that the ledger has left behind.

    What a worker writes again, because the answer to its commit was lost, is refused as
    well, and is not meant: the ledger ends with that very attempt and state.
    """
    by_id = {row.id: row for row in rows}
    count = 0
    for found in REFUSED.finditer(text):
        row = by_id.get(found["id"])
        current = row and (str(row.attempt), row.state) == (found["attempt"], found["state"])
        count += not current
    return count


def reached(log: Path, point: str) -> int:
    """How often a process with this log came to its failpoint."""
    if not log.exists():
        return 0
    lines = log.read_text(errors="replace").splitlines()
    return sum(line == f"{REACHED} {point}" for line in lines)


def tail(log: Path, size: int = LONGEST_TRACEBACK) -> str:
    """The end of a log."""
    return log.read_text(errors="replace")[-size:] if log.exists() else ""
