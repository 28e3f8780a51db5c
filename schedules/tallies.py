"""Counts what has ended, hour by hour, once nothing can end in an hour any more.

How far this has come is not stored: all hours up to the latest that has a row are counted. Those
without a row after it are empty so far, and nothing is lost if they are looked at again. When the
last rows go with their owner, so did the executions that they counted.
"""

from datetime import datetime, timedelta

from django.db import IntegrityError

from schedules import busy, db

# Of the whole hours in a round: a fifth of a second of a beat's time.
EXECUTIONS_AT_ONCE = 10_000
# For clocks that are set back a little, and for a transaction that is just about to tell the
# server's list of sessions that it has begun.
MARGIN = timedelta(minutes=1)

# The first instant that is not counted.
UNTIL = "(SELECT coalesce(max(hour) + interval '1 hour', '-infinity') FROM schedules_tally)"

# `finished_at` is the beginning of the transaction that writes it. So nothing can end in an hour
# any more when each transaction that is open has begun after it, which the server's list of
# sessions tells. Another role's sessions do not say when they began, but whether they have written:
# while one has, nothing is counted.
# https://www.postgresql.org/docs/current/monitoring-stats.html#MONITORING-PG-STAT-ACTIVITY-VIEW
SETTLED = f"""
SELECT first, least(settled, greatest(first + interval '1 hour', coalesce((
    SELECT date_trunc('hour', finished_at, 'UTC') FROM schedules_execution
    WHERE finished_at >= first ORDER BY finished_at OFFSET %(most)s LIMIT 1), 'infinity')))
FROM (
    SELECT date_trunc('hour', min(finished_at), 'UTC') AS first
    FROM schedules_execution WHERE finished_at >= {UNTIL}) AS uncounted
CROSS JOIN (
    SELECT date_trunc('hour', least(coalesce(%(now)s, now()) - %(margin)s, min(xact_start)), 'UTC')
        AS settled
    FROM pg_stat_activity
    WHERE datname = current_database() AND usesysid IS NOT NULL AND pid <> pg_backend_pid()
    HAVING count(*) FILTER (WHERE xact_start IS NULL AND backend_xid IS NOT NULL) = 0) AS sessions
WHERE first < settled
"""
# Another beat that does the same adds the same rows.
COUNT = """
INSERT INTO schedules_tally (owner_id, hour, state, count)
SELECT owner_id, date_trunc('hour', finished_at, 'UTC') AS hour, state, count(*)
FROM schedules_execution WHERE finished_at >= %(first)s AND finished_at < %(end)s
GROUP BY owner_id, hour, state
ON CONFLICT DO NOTHING
"""


def add(most: int = EXECUTIONS_AT_ONCE, *, at: datetime | None = None) -> bool:
    """Count the oldest hours that are settled and not counted; whether there were any.

    As many hours as have at most so many executions, and one at least. `at` is the instant that
    counts; None: the database's time.
    """
    # A statement of its own: what it finds ended has to be in the snapshot of the one that counts.
    for first, end in db.fetch(SETTLED, {"most": most, "margin": MARGIN, "now": at}):
        try:
            with busy.without_waiting():
                db.fetch(COUNT, {"first": first, "end": end})
        except (busy.Busy, IntegrityError):
            # Another beat is at it, or an owner is being deleted, or just was.
            return False
        return True
    return False
