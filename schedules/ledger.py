"""Recording executions: the one INSERT behind timer and manual runs."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from django.conf import settings

from schedules import db
from schedules.decisions import Record
from schedules.models import Execution
from schedules.states import FINAL


class Entry(NamedTuple):
    """A record decided for a schedule, with the id its execution will have."""

    id: UUID
    schedule_id: int
    record: Record

    @property
    def starts(self) -> bool:
        """Whether workers shall be told of it now."""
        return self.record.starts and not self.record.delay


# The schedule's orders are copied inside the database: a batch of long commands
# never travels. A timed occurrence that is already recorded is left as it is.
INSERT = """
INSERT INTO schedules_execution (
    id, owner_id, schedule_id, schedule_name, agent_id, command, max_attempts,
    retry_backoff_seconds, timeout_seconds, trigger, scheduled_for, coalesced_count,
    state, reason, queued_at, not_before, publish_at, finished_at)
SELECT new.id, s.owner_id, s.id, s.name, s.agent_id, s.command, s.max_attempts,
    s.retry_backoff_seconds, s.timeout_seconds, %(trigger)s, new.scheduled_for, new.coalesced,
    new.state, new.reason, now(),
    CASE WHEN new.held THEN NULL ELSE now() + new.delay END,
    CASE WHEN new.held OR new.state = ANY(%(final)s) THEN NULL
         WHEN new.delay > interval '0' THEN now() + new.delay
         ELSE now() + make_interval(secs => %(republish)s) END,
    CASE WHEN new.state = ANY(%(final)s) THEN now() END
FROM unnest(%(ids)s::uuid[], %(schedules)s::bigint[], %(times)s::timestamptz[],
            %(states)s::text[], %(reasons)s::text[], %(held)s::bool[], %(coalesced)s::int[],
            %(delays)s::interval[])
     AS new(id, schedule_id, scheduled_for, state, reason, held, coalesced, delay)
JOIN schedules_schedule s ON s.id = new.schedule_id
ON CONFLICT (schedule_id, scheduled_for) WHERE trigger = 'timer' DO NOTHING
"""


def insert(entries: Sequence[Entry], trigger: Execution.Trigger) -> None:
    """Record the entries; the caller holds the row locks of their schedules."""
    names = ("ids", "schedules", "times", "states", "reasons", "held", "coalesced", "delays")
    rows = [(entry.id, entry.schedule_id, *entry.record) for entry in entries]
    db.fetch(
        INSERT,
        dict(zip(names, db.columns(rows, len(names)), strict=True))
        | {
            "trigger": trigger.value,
            "final": [state.value for state in FINAL],
            "republish": settings.REPUBLISH_SECONDS,
        },
    )
