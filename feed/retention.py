"""Changes are kept for a while; then beats delete them, the oldest numbers first."""

from django.conf import settings

from scheduler_project.database import fetch

BATCH = 5000

# Only as far as the first that is not old, so that the oldest number that is kept tells what is
# gone. The newest stays, as the feed would seem to begin anew without it. What another beat is
# about to delete is passed over. Where the first is not old, nothing else is looked at.
FORGET = """
WITH first AS (
    SELECT id, at FROM feed_change
    WHERE (SELECT at FROM feed_change ORDER BY id LIMIT 1)
        < now() - make_interval(hours => %(kept)s)
    ORDER BY id LIMIT %(most)s FOR UPDATE SKIP LOCKED)
DELETE FROM feed_change WHERE id = ANY(ARRAY(
    SELECT id FROM first
    WHERE id < least(
        (SELECT min(id) FROM first WHERE at >= now() - make_interval(hours => %(kept)s)),
        (SELECT max(id) FROM feed_change))))
RETURNING id
"""


def forget() -> int:
    """Delete what is older than CHANGES_KEPT_HOURS, at most BATCH; returns how many there were."""
    given = {"kept": settings.CHANGES_KEPT_HOURS, "most": BATCH}
    return len(fetch(FORGET, given))
