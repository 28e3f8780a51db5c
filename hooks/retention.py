"""Deliveries that have been over for long are forgotten."""

from django.conf import settings

from scheduler_project.database import fetch

# In one go, so that it takes no time to speak of.
BATCH = 1_000
FORGET = """
DELETE FROM hooks_delivery WHERE id = ANY (ARRAY(
    SELECT id FROM hooks_delivery WHERE finished_at < now() - make_interval(days => %s)
    ORDER BY finished_at LIMIT %s FOR UPDATE SKIP LOCKED))
RETURNING id
"""


def forget() -> bool:
    """A batch of what is older than DELIVERIES_KEPT_DAYS; whether there may be more."""
    return len(fetch(FORGET, (settings.DELIVERIES_KEPT_DAYS, BATCH))) == BATCH
