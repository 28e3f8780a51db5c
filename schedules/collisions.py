"""How many schedules, of everybody, fire in one minute: it may be a reason to take another."""

from datetime import datetime, timedelta
from typing import NamedTuple

from schedules import db
from schedules.recurrence import INSTANT
from schedules.timing import cron

MINUTE = timedelta(minutes=1)
# What is looked at within a fraction of a second: rows, and expressions that are not alike.
MOST_ROWS = 100_000
MOST_CRONS = 1_000


class Crowd(NamedTuple):
    """How many they are, or (`at_least`) are known to be."""

    size: int
    at_least: bool


# By the index of what is due: whoever fires then is due then, or before. The former are counted,
# the latter judged: intervals by their phase here, crons by their expression in each zone.
FIRING = """
SELECT kind, CASE WHEN kind = 'cron' THEN cron_expression END,
    CASE WHEN kind = 'cron' THEN timezone END, count(*)
FROM (
    SELECT cron_expression, timezone, CASE
        WHEN next_run_at >= %(minute)s THEN 'fires'
        WHEN schedule_type = 'cron' THEN 'cron'
        WHEN schedule_type = 'interval' AND mod(
            every - mod(extract(epoch FROM %(minute)s - anchor_at), every), every) < 60
            THEN 'fires'
        ELSE 'rests' END AS kind
    FROM schedules_schedule, LATERAL (SELECT interval_value * CASE interval_unit
        WHEN 'days' THEN 86400 WHEN 'hours' THEN 3600 WHEN 'minutes' THEN 60 ELSE 1 END) AS e(every)
    WHERE next_run_at < %(end)s AND (end_at IS NULL OR end_at >= %(minute)s)
      AND id IS DISTINCT FROM %(without)s
    ORDER BY next_run_at DESC LIMIT %(rows)s) AS able
GROUP BY 1, 2, 3 ORDER BY 4 DESC
"""


def firing_at(at: datetime, without: int | None = None) -> Crowd:
    """Those that fire in the minute of `at`, besides one of them, as they are planned now.

    Not asked is what may come in between: a stop, or the last run that max_runs allows.
    """
    minute = at.replace(second=0, microsecond=0)
    facts = {"minute": minute, "end": minute + MINUTE, "without": without, "rows": MOST_ROWS}
    groups = db.fetch(FIRING, facts)
    crons = [row for row in groups if row[0] == "cron"]
    sure = sum(count for kind, *_, count in groups if kind == "fires")
    judged = sum(row[-1] for row in crons[:MOST_CRONS] if _fires(row[1], row[2], minute))
    cut = sum(row[-1] for row in groups) == MOST_ROWS or len(crons) > MOST_CRONS
    return Crowd(sure + judged, cut)


def _fires(expression: str, timezone: str, minute: datetime) -> bool:
    try:
        following = cron(expression, timezone).compute_next_after(minute - INSTANT)
    except ValueError:  # a zone that was removed, say
        return False
    return following is not None and following < minute + MINUTE
