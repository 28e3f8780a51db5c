"""SQL of what has ended: by the hour, why it failed, and how late it had started.

`whose` is an owner's id, None: everybody's. Hours that beats have counted are read from their
tally, the others from the ledger, as status does; what is looked at row by row is bounded.
"""

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from schedules import db
from schedules.tallies import UNTIL

HOURS = 24
# Of the last hour, and of what failed: more would say the same, and take longer.
SAMPLE = 1000
TOP = 6

BY_HOUR = """
SELECT hour, state, sum(count)::bigint FROM (
    SELECT hour, state, sum(count) AS count FROM schedules_tally
    WHERE hour >= %(since)s AND {whose} GROUP BY hour, state
    UNION ALL
    SELECT date_trunc('hour', finished_at, 'UTC') AS hour, state, count(*)
    FROM schedules_execution
    WHERE finished_at >= %(since)s AND finished_at >= {until} AND {whose} GROUP BY 1, 2
) AS parts GROUP BY hour, state
"""

LATELY = """
SELECT count(*) FILTER (WHERE state IN ('success', 'failed')),
    count(*) FILTER (WHERE state = 'failed'), count(late),
    percentile_cont(0.5) WITHIN GROUP (ORDER BY late),
    percentile_cont(0.99) WITHIN GROUP (ORDER BY late)
FROM (
    -- The times that a backfill makes up for have long passed.
    SELECT state, CASE WHEN trigger = 'timer'
        THEN coalesce(first_started_at, started_at) - scheduled_for END AS late
    FROM schedules_execution
    WHERE finished_at > %(since)s AND {whose}
    ORDER BY finished_at DESC LIMIT %(sample)s) AS latest
"""

# What reasons say after a colon differs from run to run: the budgets' sums, for example.
REASONS = """
SELECT state, why, count(*), (array_agg(said ORDER BY finished_at DESC))[1]
FROM (
    SELECT state, finished_at,
        CASE state WHEN 'failed' THEN error_type ELSE split_part(reason, ':', 1) END AS why,
        left(CASE state WHEN 'failed' THEN error_message
            ELSE substr(reason, strpos(reason || ':', ':') + 2) END, 200) AS said
    FROM schedules_execution
    WHERE finished_at > %(since)s AND state IN ('failed', 'missed', 'skipped') AND {whose}
    ORDER BY finished_at DESC LIMIT %(sample)s) AS latest
GROUP BY state, why ORDER BY state = 'failed' DESC, count(*) DESC, why LIMIT %(top)s
"""


class Lately(NamedTuple):
    """The latest ends of an hour; lateness is the timer's: from the planned time to the start."""

    ended: int
    failed: int
    started: int
    """Those of the timer."""
    median: timedelta | None
    worst: timedelta | None
    """Of a hundred."""


class Reason(NamedTuple):
    """Why runs of a state ended so, how many of them, and what the latest said."""

    state: str
    why: str
    runs: int
    said: str


def by_hour(whose: int | None, since: datetime) -> dict[datetime, dict[str, int]]:
    """How many ended in each state in each hour from a whole hour on; hours without any are not
    there.
    """
    hours: dict[datetime, dict[str, int]] = {}
    for hour, state, count in _fetch(BY_HOUR, whose, since=since):
        hours.setdefault(hour, {})[state] = count
    return hours


def lately(whose: int | None, now: datetime) -> Lately:
    """Of the hour before `now`, its latest thousand."""
    (row,) = _fetch(LATELY, whose, since=now - timedelta(hours=1), sample=SAMPLE)
    return Lately(*row)


def reasons(whose: int | None, since: datetime) -> list[Reason]:
    """The most frequent ones of the latest thousand that did not succeed since then."""
    rows = _fetch(REASONS, whose, since=since, sample=SAMPLE, top=TOP)
    return [Reason(*row) for row in rows]


def _fetch(statement: str, whose: int | None, **facts: Any) -> list[Any]:
    """The owner's condition comes in as text: the plan for one is not the one for all."""
    condition = "true" if whose is None else "owner_id = %(owner)s"
    return db.fetch(statement.format(whose=condition, until=UNTIL), {"owner": whose, **facts})
