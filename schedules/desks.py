"""The desk of a claimed run: its trace, and what earlier runs have left in the database."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from agents import memory
from agents.desk import Closed
from agents.models import AgentTask
from agents.redaction import redact
from agents.trace import Trace
from schedules import busy, db
from schedules.busy import Busy
from schedules.claims import Claimed
from schedules.models import Execution
from schedules.patience import Patience
from schedules.states import State

InDatabase = Callable[..., Awaitable[Any]]
"""Does work, with its arguments, in a thread that has a connection: Engine._in_database."""


class DatabaseDesk:
    """See agents.desk.Desk; runs without a schedule share what their owner's others remember.

    Those whose schedule is deleted remember nothing: it went with the schedule, and no run follows.
    The desks of a worker write one at a time: `turn` is shared by them all.
    """

    def __init__(
        self,
        claimed: Claimed,
        trace: Trace,
        in_database: InDatabase,
        turn: asyncio.Lock,
        secrets: tuple[str, ...] = (),
    ) -> None:
        self._claimed = claimed
        self.trace = trace
        self._in_database = in_database
        self._turn = turn
        self._secrets = secrets
        self._scope = scope_of(claimed)

    def note(self, kind: str, data: Mapping[str, Any]) -> None:
        """Append to the trace."""
        self.trace.note(kind, data)

    async def previous_result(self) -> str | None:
        """The answer of the schedule's latest successful run."""
        if self._claimed.schedule_id is None:
            return None
        found: str | None = await self._in_database(previous_result, self._claimed.schedule_id)
        return found

    async def recall(self, key: str) -> str | None:
        """The value that is kept under this key."""
        found: str | None = await self._in_database(memory.recall, self._scope, key)
        return found

    async def remember(self, key: str, value: str) -> None:
        """Keep a value, without secrets; waits, at no thread's expense, while a row is held.

        ValueError with a sentence if that cannot be; Closed if this attempt is over.
        """
        if redact(key, self._secrets) != key:
            raise ValueError("The key cannot be used: It holds a secret, or what looks like one.")
        value, patience = redact(value, self._secrets), Patience()
        while True:
            try:
                async with self._turn:
                    await self._in_database(remember, self._claimed, key, value)
                return
            except Busy as error:
                await asyncio.sleep(patience.pause_after(error) or 0)

    async def remembered(self) -> list[str]:
        """The keys under which something is kept."""
        found: list[str] = await self._in_database(memory.keys, self._scope)
        return found


def scope_of(claimed: Claimed) -> str:
    """Whose memory the run shares."""
    # Also where it was deleted while the run waited: the owner's other runs are none of its.
    schedule = _schedule_of(claimed)
    return f"task-owner:{claimed.owner_id}" if schedule is None else f"schedule:{schedule}"


def _schedule_of(claimed: Claimed) -> int | None:
    return claimed.schedule_id or claimed.former_schedule_id


# Until the commit it cannot be deleted, with its memory; a dispatch does not wait for it.
STANDS = "SELECT 1 FROM schedules_schedule WHERE id = %s FOR KEY SHARE"
CURRENT = "SELECT 1 FROM schedules_execution WHERE id = %s AND attempt = %s AND state = 'running'"


def remember(claimed: Claimed, key: str, value: str) -> None:
    """Keep a value, unless the schedule of its scope is gone; ValueError as in agents.memory.

    Closed, and nothing is kept, if the attempt is no longer the current one. Busy: try again.
    """
    schedule, scope = _schedule_of(claimed), scope_of(claimed)
    with busy.without_waiting():
        if schedule is not None and not db.fetch(STANDS, (schedule,)):
            return
        # The fence, without the execution's lock: a later attempt of it writes in the same scope,
        # so what is read now, its turn taken, is older than all that such an attempt will write.
        memory.take_turn(scope)
        if not db.fetch(CURRENT, (claimed.id, claimed.attempt)):
            raise Closed
        memory.remember(claimed.owner_id, scope, key, value)


def previous_result(schedule: int) -> str | None:
    """What the agent task of a schedule's latest successful execution has answered."""
    successful = Execution.objects.filter(schedule=schedule, state=State.SUCCESS.value)
    latest = successful.order_by("-id").first()
    if latest is None:
        return None
    tasks = AgentTask.objects.filter(attempt__execution=latest, attempt__number=latest.attempt)
    return tasks.values_list("result", flat=True).first()
