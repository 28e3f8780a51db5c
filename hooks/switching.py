"""What becomes of the deliveries of hooks that are switched off, and who is told."""

from collections.abc import Collection, Mapping

from scheduler_project.columns import columns
from scheduler_project.database import fetch

# What is on its way is left to its courier, who drops it if it fails.
DROP = """
UPDATE hooks_delivery SET state = 'dropped', error = %s, due_at = NULL, finished_at = now()
WHERE hook_id = ANY(%s) AND state = 'pending'
"""
SENTENCE = "The webhook, or its owner, was switched off."


def drop(hooks: Collection[int]) -> None:
    """Send nothing of what waits for these hooks, whose row locks the caller holds."""
    if hooks:
        fetch(DROP, (SENTENCE, list(hooks)))


TELL = """
INSERT INTO schedules_notification (owner_id, kind, message)
SELECT h.owner_id, 'hook_disabled', 'The webhook "' || h.name || '" was switched off: ' || reason
FROM unnest(%s::bigint[], %s::text[]) AS off(id, reason) JOIN hooks_hook h USING (id)
"""


def tell(reasons: Mapping[int, str]) -> None:
    """Tell the owners of these hooks (by id) that, and why, they were switched off."""
    if reasons:
        fetch(TELL, columns(reasons.items(), 2))
