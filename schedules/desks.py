"""The desk of a claimed run: its trace, and what earlier runs have left in the database."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from django.db import transaction

from agents import memory
from agents.models import AgentTask
from agents.redaction import redact
from agents.trace import Trace
from schedules import db
from schedules.claims import Claimed
from schedules.models import Execution
from schedules.states import State

InDatabase = Callable[..., Awaitable[Any]]
"""Does work, with its arguments, in a thread that has a connection: Engine._in_database."""


class DatabaseDesk:
    """See agents.desk.Desk; runs without a schedule share what their owner's others remember.

    Those whose schedule is deleted remember nothing: it went with the schedule, and no run follows.
    """

    def __init__(
        self,
        claimed: Claimed,
        trace: Trace,
        in_database: InDatabase,
        secrets: tuple[str, ...] = (),
    ) -> None:
        self._schedule = claimed.schedule_id
        self._owner = claimed.owner_id
        self.trace = trace
        self._in_database = in_database
        self._secrets = secrets
        # Also where it was deleted while the run waited: the owner's other runs are none of its.
        self._remembers = claimed.schedule_id or claimed.former_schedule_id
        self._scope = (
            f"task-owner:{claimed.owner_id}"
            if self._remembers is None
            else f"schedule:{self._remembers}"
        )

    def note(self, kind: str, data: Mapping[str, Any]) -> None:
        """Append to the trace."""
        self.trace.note(kind, data)

    async def previous_result(self) -> str | None:
        """The answer of the schedule's latest successful run."""
        if self._schedule is None:
            return None
        found: str | None = await self._in_database(previous_result, self._schedule)
        return found

    async def recall(self, key: str) -> str | None:
        """The value that is kept under this key."""
        found: str | None = await self._in_database(memory.recall, self._scope, key)
        return found

    async def remember(self, key: str, value: str) -> None:
        """Keep a value, without secrets; ValueError with a sentence if that cannot be."""
        value = redact(value, self._secrets)
        place = (self._remembers, self._owner, self._scope)
        await self._in_database(remember, *place, key, value)

    async def remembered(self) -> list[str]:
        """The keys under which something is kept."""
        found: list[str] = await self._in_database(memory.keys, self._scope)
        return found


# Until the commit it cannot be deleted, with its memory; a dispatch does not wait for it.
STANDS = "SELECT 1 FROM schedules_schedule WHERE id = %s FOR KEY SHARE"


@transaction.atomic
def remember(schedule: int | None, owner: int, scope: str, key: str, value: str) -> None:
    """Keep a value, unless the schedule of its scope is gone; ValueError as in agents.memory."""
    if schedule is None or db.fetch(STANDS, (schedule,)):
        memory.remember(owner, scope, key, value)


def previous_result(schedule: int) -> str | None:
    """What the agent task of a schedule's latest successful execution has answered."""
    successful = Execution.objects.filter(schedule=schedule, state=State.SUCCESS.value)
    latest = successful.order_by("-id").first()
    if latest is None:
        return None
    tasks = AgentTask.objects.filter(attempt__execution=latest, attempt__number=latest.attempt)
    return tasks.values_list("result", flat=True).first()
