"""The journal is kept for a while; then beats delete what is old."""

from django.conf import settings

from scheduler_project.database import fetch

# In one go, so that it takes no time to speak of.
BATCH = 1_000
FORGET = """
DELETE FROM journal_entry WHERE id = ANY (ARRAY(
    SELECT id FROM journal_entry WHERE at < now() - make_interval(days => %s)
    ORDER BY at LIMIT %s FOR UPDATE SKIP LOCKED))
RETURNING id
"""


def forget() -> int:
    """Delete what is older than JOURNAL_KEPT_DAYS, at most BATCH; returns how many there were."""
    return len(fetch(FORGET, (settings.JOURNAL_KEPT_DAYS, BATCH)))
