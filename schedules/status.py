"""Is the scheduler healthy: beats, workers, what waits, what comes, what has been."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import tzdata

from schedules import broker, db, nodes
from schedules.models import Node
from schedules.states import ACTIVE
from schedules.stops import OWNER_GOES_ON
from schedules.tallies import UNTIL

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


# The owner's condition comes in as text: the plan for one owner is not the one for all.
# Of what falls due, and of what may start, those who are stopped are left out where it is about
# everybody: nothing is late of theirs.
# What has ended is added up of hours that are counted and lie within the window as a whole, and of
# the ledger before and after them; in one snapshot, so that an hour is in one of them.
NUMBERS = """
SELECT {now}, active.*,
    (SELECT min(next_run_at) FROM schedules_schedule WHERE next_run_at IS NOT NULL AND {going}),
    (SELECT coalesce(json_object_agg(ended.state, ended.count), '{{}}') FROM (
        SELECT state, sum(count) AS count FROM (
            SELECT state, sum(count) AS count FROM schedules_tally
            WHERE hour >= {whole} AND {whose} GROUP BY state
            UNION ALL
            SELECT state, count(*) FROM schedules_execution
            WHERE finished_at > {since} AND finished_at < {whole} AND {whose} GROUP BY state
            UNION ALL
            SELECT state, count(*) FROM schedules_execution
            WHERE finished_at >= {whole} AND finished_at >= {until} AND {whose} GROUP BY state
        ) AS parts GROUP BY state ORDER BY state) AS ended)
FROM (
    SELECT count(*) FILTER (WHERE state = 'pending'), count(*) FILTER (WHERE state = 'running'),
        count(*) FILTER (WHERE state = 'waiting'),
        extract(epoch FROM {now} - min(not_before)
            FILTER (WHERE state = 'pending' AND not_before <= {now} AND {going}))::float8
    FROM schedules_execution WHERE state = ANY(%(active)s) AND {whose}) AS active
"""

NODES = """
SELECT kind, name, started_at, seen_at, running FROM schedules_node
WHERE seen_at > now() - %s ORDER BY name
"""


def _numbers(owner_id: int | None, now: datetime | None) -> str:
    """The statement; times are such as the planner can compute."""
    at = "now()" if now is None else "%(now)s::timestamptz"
    since = f"({at} - %(window)s)"
    whose = "true" if owner_id is None else "owner_id = %(owner)s"
    return NUMBERS.format(
        whose=whose,
        going=OWNER_GOES_ON if owner_id is None else whose,
        now=at,
        since=since,
        # The first hour that has begun within the window.
        whole=f"(date_trunc('hour', {since}, 'UTC') + interval '1 hour')",
        until=UNTIL,
    )


def status(owner_id: int | None = None, *, at: datetime | None = None) -> Status:
    """The state of all nodes, and of what an owner has; None: of what everybody has.

    `at` is the instant that counts; None: the database's time.
    """
    active = [state.value for state in ACTIVE]
    facts = {"owner": owner_id, "now": at, "window": WINDOW, "active": active}
    (row,) = db.fetch(_numbers(owner_id, at), facts)
    now, pending, running, waiting, oldest, next_due_at, ended = row
    alive = _alive()
    return Status(
        now=now,
        beats=alive[Node.Kind.BEAT],
        workers=alive[Node.Kind.WORKER],
        queue_depth=broker.queue_depth(),
        pending=pending,
        running=running,
        waiting=waiting,
        oldest_pending_seconds=oldest,
        next_due_at=next_due_at,
        last_24_hours=ended,
        time_zone_data=tzdata.IANA_VERSION,
    )


def _alive() -> dict[str, list[NodeStatus]]:
    alive: dict[str, list[NodeStatus]] = {kind: [] for kind in Node.Kind.values}
    for kind, *facts in db.fetch(NODES, [nodes.ALIVE_FOR]):
        alive[kind].append(NodeStatus(*facts))
    return alive
