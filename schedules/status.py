"""Is the scheduler healthy: beats, workers, what waits, what comes, what has been."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import tzdata
from django.db.models import Count, Min, Q, QuerySet

from schedules import broker, db, nodes
from schedules.models import Execution, Node, Schedule
from schedules.states import ACTIVE, State

WINDOW = timedelta(hours=24)


@dataclass(frozen=True)
class NodeStatus:
    """A beat or worker that was seen lately; `running` counts the runs it has in hand."""

    name: str
    started_at: datetime
    seen_at: datetime
    running: int


@dataclass(frozen=True)
class Status:
    """How the scheduler stands at the database's time `now`.

    `queue_depth` counts messages on Redis (None: it does not answer); it is a herald of
    the ledger, which `pending`, `running` and the counts are read from. `waiting` are those that
    wait for somebody's decision.
    """

    now: datetime
    beats: list[NodeStatus]
    workers: list[NodeStatus]
    queue_depth: int | None
    pending: int
    running: int
    waiting: int
    oldest_pending_seconds: float | None
    next_due_at: datetime | None
    last_24_hours: dict[str, int]
    time_zone_data: str


def status(schedules: QuerySet[Schedule], executions: QuerySet[Execution]) -> Status:
    """The state of all nodes, and of those schedules and executions."""
    now = db.now()
    active = executions.filter(state__in=ACTIVE).aggregate(
        pending=_count(State.PENDING),
        running=_count(State.RUNNING),
        waiting=_count(State.WAITING),
        oldest=Min("not_before", filter=Q(state=State.PENDING, not_before__lte=now)),
    )
    oldest = active.pop("oldest")
    alive = _alive(now)
    return Status(
        now=now,
        beats=alive[Node.Kind.BEAT],
        workers=alive[Node.Kind.WORKER],
        queue_depth=broker.queue_depth(),
        **active,
        oldest_pending_seconds=None if oldest is None else (now - oldest).total_seconds(),
        next_due_at=schedules.aggregate(at=Min("next_run_at"))["at"],
        last_24_hours=_outcomes(executions, now - WINDOW),
        time_zone_data=tzdata.IANA_VERSION,
    )


def _count(state: State) -> Count:
    return Count("pk", filter=Q(state=state))


def _alive(now: datetime) -> dict[str, list[NodeStatus]]:
    alive: dict[str, list[NodeStatus]] = {kind: [] for kind in Node.Kind.values}
    for node in Node.objects.filter(seen_at__gt=now - nodes.ALIVE_FOR).order_by("name"):
        shown = NodeStatus(node.name, node.started_at, node.seen_at, node.running)
        alive[node.kind].append(shown)
    return alive


def _outcomes(executions: QuerySet[Execution], since: datetime) -> dict[str, int]:
    """How many executions ended in which state since then."""
    ended = executions.filter(finished_at__gt=since).values("state").order_by("state")
    return {row["state"]: row["count"] for row in ended.annotate(count=Count("*"))}
