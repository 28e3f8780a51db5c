"""Telling owners what they have not asked about."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

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


class BudgetAlert(NamedTuple):
    """What a budget has to say on a run of a schedule, if it has one."""

    budget_id: int
    schedule_id: int | None
    message: str


ALERTED = """
WITH told AS (
    UPDATE agents_budget b SET alerted_at = now()
    FROM unnest(%s::bigint[], %s::bigint[], %s::text[]) AS new(id, schedule_id, message)
    WHERE b.id = new.id
    RETURNING b.owner_id, new.schedule_id, new.message)
INSERT INTO schedules_notification (owner_id, schedule_id, kind, message)
SELECT t.owner_id, t.schedule_id, %s, coalesce('"' || s.name || '": ', '') || t.message
FROM told t LEFT JOIN schedules_schedule s ON s.id = t.schedule_id
"""


def tell_alerts(alerts: Sequence[BudgetAlert]) -> None:
    """Tell the owners of these budgets, whose row locks the caller holds; and note when."""
    if alerts:
        kind = Notification.Kind.BUDGET_ALERT.value
        db.fetch(ALERTED, (*db.columns(alerts, 3), kind))
