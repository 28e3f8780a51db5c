"""What the system says: its tables, read once and plainly, and what its agents say."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

Query = Callable[..., list[tuple[Any, ...]]]

FINAL = frozenset({"success", "failed", "cancelled", "skipped", "missed"})


@dataclass(frozen=True)
class Row:
    """An execution as the ledger has it."""

    id: str
    name: str
    trigger: str
    scheduled_for: datetime
    coalesced: int
    state: str
    reason: str
    attempt: int
    failures: int
    max_attempts: int
    started_at: datetime | None
    finished_at: datetime | None
    result: str
    error_type: str

    def covers(self, every: timedelta) -> list[datetime]:
        """The occurrences that this row accounts for, given the interval between them."""
        return [self.scheduled_for - back * every for back in range(self.coalesced + 1)]

    def __str__(self) -> str:
        return f"{self.name} at {self.scheduled_for:%H:%M:%S.%f} ({self.id}, {self.state})"


@dataclass(frozen=True)
class Try:
    """An attempt and the agent task that it ran."""

    execution: str
    number: int
    state: str
    result: str
    error_type: str


@dataclass(frozen=True)
class Event:
    """A line of the agents' own record."""

    event: str
    execution: str
    attempt: int
    token: str
    pid: int
    at: float


EXECUTIONS = """
SELECT id::text, schedule_name, trigger, scheduled_for, coalesced_count, state, reason, attempt,
    failures, max_attempts, started_at, finished_at, result_summary, error_type
FROM schedules_execution ORDER BY id
"""
ATTEMPTS = """
SELECT a.execution_id::text, a.number, t.state, t.result, t.error_type
FROM schedules_attempt a JOIN agents_agenttask t ON t.id = a.agent_task_id
ORDER BY a.execution_id, a.number
"""


def executions(query: Query) -> list[Row]:
    """The whole ledger."""
    return [Row(*row) for row in query(EXECUTIONS)]


def attempts(query: Query) -> list[Try]:
    """All attempts."""
    return [Try(*row) for row in query(ATTEMPTS)]


def events(record: Path) -> list[Event]:
    """All that agents have noted."""
    if not record.exists():
        return []
    return [Event(**json.loads(line)) for line in record.read_text().splitlines()]
