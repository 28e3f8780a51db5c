"""What a schedule's page reads of its ledger: a year by days, and its latest runs."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from scheduler_project.ids import first_uuid7
from schedules import db

# A year of one run each six minutes, and what is read of the ledger within a tenth of a second:
# as the history's index is by the time of recording, the latest are those that are nearest.
MOST = 50_000


class Year(NamedTuple):
    """Executions by the day's number and state; `cut`: those of the earliest days are left out."""

    days: dict[int, dict[str, int]]
    cut: bool


# Days begin where the schedule's zone has them, which need not be where PostgreSQL's tables have
# them: so the beginnings are given.
BY_DAY = """
WITH latest AS (
    SELECT scheduled_for, state FROM schedules_execution
    WHERE schedule_id = %(schedule)s AND id >= %(first)s
    ORDER BY id DESC LIMIT %(most)s)
SELECT width_bucket(scheduled_for, %(days)s::timestamptz[]) - 1, state, count(*)
FROM latest GROUP BY 1, 2
"""


def year(schedule_id: int, days: Sequence[datetime], most: int = MOST) -> Year:
    """The executions planned for these days, given as their beginnings, the first one's first.

    What a backfill has recorded later of days before them is in none.
    """
    facts = {"schedule": schedule_id, "first": first_uuid7(days[0]), "most": most}
    rows = db.fetch(BY_DAY, facts | {"days": list(days)})
    found: dict[int, dict[str, int]] = defaultdict(dict)
    for day, state, count in rows:
        if day >= 0:
            found[day][state] = count
    return Year(found, sum(count for _, _, count in rows) == most)
