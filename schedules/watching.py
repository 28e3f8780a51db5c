"""Following runs as they end, for people at a terminal."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from threading import Event
from uuid import UUID

from django.db import DatabaseError, InterfaceError, connection
from django.db.models import Max

from scheduler_project.errors import is_passing, is_unreachable
from schedules import db, nodes
from schedules.models import Execution, Node
from schedules.states import State
from schedules.times import lateness

POLL_SECONDS = 0.3
COMMITTED_WITHIN = timedelta(seconds=10)


def start_of_this_stack() -> datetime:
    """When the newest living beat started: what ended since then is news."""
    now = db.now()
    alive = Node.objects.filter(kind=Node.Kind.BEAT, seen_at__gt=now - nodes.ALIVE_FOR)
    return alive.aggregate(at=Max("started_at"))["at"] or now


def ended_runs(since: datetime) -> Iterator[Execution]:
    """Every execution that ended later than `since`, as it ends; never stops by itself."""
    shown: dict[UUID, datetime] = {}
    while True:
        for execution in _ended_after(since):
            if execution.pk not in shown and execution.finished_at:
                shown[execution.pk] = execution.finished_at
                yield execution
        # Commits overtake each other in time, so the last few seconds are read again.
        since = max([since, *(at - COMMITTED_WITHIN for at in shown.values())])
        shown = {id: at for id, at in shown.items() if at > since}
        Event().wait(POLL_SECONDS)


def _ended_after(since: datetime) -> list[Execution]:
    """Nothing while the database is away: it comes back, and the runs are still there."""
    try:
        ended = Execution.objects.filter(finished_at__gt=since).order_by("finished_at")
        return list(ended.select_related("schedule"))
    except (DatabaseError, InterfaceError) as error:
        if not (is_unreachable(error) or is_passing(error)):
            raise
        connection.close()
        return []


def line(execution: Execution) -> str:
    """One run on one line of a terminal."""
    late = lateness(execution)
    started = "" if late is None else f"  {late.total_seconds():+.2f} s"
    tokens = f"  {execution.input_tokens} + {execution.output_tokens} tokens"
    said = execution.result_summary or execution.error_message or execution.reason
    return (
        f"{execution.scheduled_for:%H:%M:%S}{started}  {execution.state}{tokens}"
        f"  {execution.schedule_name or 'agent task'}: {said}"
    )


def is_good(execution: Execution) -> bool:
    """A one-off that ran at the time it has now, with an answer and counted tokens.

    The demo's one-off gets a new time at each start, so no earlier run is taken for it.
    """
    schedule = execution.schedule
    return (
        execution.trigger == Execution.Trigger.TIMER
        and schedule is not None
        and execution.scheduled_for == schedule.run_at
        and execution.state == State.SUCCESS
        and bool(execution.result_summary)
        and min(execution.input_tokens, execution.output_tokens) > 0
    )
