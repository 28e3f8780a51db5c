"""Events of agent tasks in the database: appended in bulk, read from a number on."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Max

from agents.models import AgentTaskEvent
from agents.trace import Event

# A row that is locked is about to end: whatever a worker that has lost it still has to say
# comes too late. Once somebody has seen the end of a task, nothing is added to it.
APPEND = """
WITH open AS (
    SELECT id FROM agents_agenttask WHERE id = ANY(%(tasks)s::uuid[]) AND finished_at IS NULL
    ORDER BY id FOR SHARE SKIP LOCKED),
added AS (
    INSERT INTO agents_agenttaskevent (task_id, number, at, kind, data)
    SELECT e.task, e.number, now() - make_interval(secs => e.age), e.kind, e.data
    FROM jsonb_to_recordset(%(events)s)
         AS e(task uuid, number int, age float8, kind text, data jsonb)
    JOIN open ON open.id = e.task
    ON CONFLICT (task_id, number) DO NOTHING)
SELECT id FROM open
"""


def append(events: Mapping[UUID, Sequence[Event]], now: float) -> set[UUID]:
    """Write the events of many tasks; returns the tasks that had not ended and have them now.

    `now` is the time on the clock of the events. Harmless to repeat after a lost answer.
    """
    rows = (_row(task, event, now) for task, noted in events.items() for event in noted)
    given: dict[str, Any] = {"tasks": list(events), "events": f"[{','.join(rows)}]"}
    with connection.cursor() as cursor:
        cursor.execute(APPEND, given)
        return {task for (task,) in cursor.fetchall()}


def _row(task: UUID, event: Event, now: float) -> str:
    """An event as JSON, which its data is already: PostgreSQL gets one text, not many arrays."""
    return (
        f'{{"task":"{task}","number":{event.number},"age":{now - event.noted:f},'
        f'"kind":{json.dumps(event.kind)},"data":{event.data}}}'
    )


def last_numbers(tasks: Sequence[UUID]) -> dict[UUID, int]:
    """The number of each task's last event; a task without events is not there."""
    found = AgentTaskEvent.objects.filter(task__in=tasks).order_by()
    return dict(found.values_list("task").annotate(Max("number")))


@dataclass
class Page:
    """Events of a task from some number on; `state` is the task's.

    `final`: the task has ended, and these are the last of its events.
    """

    state: str
    ended: bool
    full: bool = False
    events: list[dict[str, Any]] = field(default_factory=list)

    @property
    def final(self) -> bool:
        return self.ended and not self.full


# One statement, so one snapshot: a task that has ended is seen with all its events.
PAGES = """
SELECT w.place, t.state, t.finished_at IS NOT NULL, e.number, e.at, e.kind, e.data
FROM unnest(%(places)s::int[], %(tasks)s::uuid[], %(afters)s::bigint[]) AS w(place, task, after)
JOIN agents_agenttask t ON t.id = w.task
LEFT JOIN LATERAL (
    SELECT number, at, kind, data FROM agents_agenttaskevent
    WHERE task_id = w.task AND number > w.after
    ORDER BY number LIMIT %(most)s) e ON true
ORDER BY w.place, e.number
"""


def pages(wanted: Sequence[tuple[UUID, int]], limit: int) -> list[Page | None]:
    """For each task and number: at most `limit` events after it; None for a task that is gone."""
    given: dict[str, Any] = {
        "places": list(range(len(wanted))),
        "tasks": [task for task, _ in wanted],
        "afters": [after for _, after in wanted],
        # One more tells whether there are more.
        "most": limit + 1,
    }
    found: list[Page | None] = [None] * len(wanted)
    with connection.cursor() as cursor:
        cursor.execute(PAGES, given)
        for place, state, ended, *event in cursor.fetchall():
            page = found[place] = found[place] or Page(state, ended)
            if event[0] is None:
                continue
            if len(page.events) == limit:
                page.full = True
            else:
                page.events.append(_shown(*event))
    return found


def _shown(number: int, at: datetime, kind: str, data: str) -> dict[str, Any]:
    """An event as clients get it."""
    return {"number": number, "at": at, "kind": kind, "data": json.loads(data)}
