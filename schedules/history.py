"""The history of definitions: what each schedule's occurrences were to be, and from when on.

Whatever moves a schedule's next occurrence other than its recurrence adds a row here, in the
same transaction: an audit can then compute every occurrence again and look for it on the ledger.
"""

from collections.abc import Sequence
from datetime import datetime

from schedules import db

# A definition holds for the occurrences later than its `since`, up to the next one's.
APPEND = """
INSERT INTO schedules_definition (owner_id, schedule_id, schedule_name, since, schedule_type,
    cron_expression, interval_value, interval_unit, run_at, timezone, anchor_at, end_at,
    next_run_at)
SELECT s.owner_id, s.id, s.name, new.since, s.schedule_type, s.cron_expression, s.interval_value,
    s.interval_unit, s.run_at, s.timezone, s.anchor_at, s.end_at, s.next_run_at
FROM unnest(%s::bigint[], %s::timestamptz[]) AS new(id, since)
JOIN schedules_schedule s ON s.id = new.id
"""


def append(schedules: Sequence[tuple[int, datetime]]) -> None:
    """Note how these schedules (by id) are defined from that instant on; locks are the caller's.

    All that was due of them up to the instant is accounted for already.
    """
    if schedules:
        db.fetch(APPEND, db.columns(schedules, 2))
