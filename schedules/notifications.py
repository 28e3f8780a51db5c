"""Telling owners what they have not asked about."""

from collections.abc import Mapping

from schedules import db
from schedules.models import Notification

PAUSED = """
INSERT INTO schedules_notification (owner_id, schedule_id, kind, message)
SELECT s.owner_id, s.id, %s, '"' || s.name || '": ' || new.note
FROM unnest(%s::bigint[], %s::text[]) AS new(id, note)
JOIN schedules_schedule s ON s.id = new.id
"""


def tell_paused(notes: Mapping[int, str]) -> None:
    """Tell the owners of these schedules (by id) that, and why, they were switched off."""
    if notes:
        kind = Notification.Kind.SCHEDULE_PAUSED.value
        db.fetch(PAUSED, (kind, *db.columns(notes.items(), 2)))
