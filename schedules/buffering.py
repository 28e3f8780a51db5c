"""Runs that wait behind another run of their schedule: the next one starts when that has ended."""

from collections.abc import Sequence
from functools import partial

from django.conf import settings
from django.db import transaction

from schedules import broker, db
from schedules.states import ACTIVE

# The oldest buffered run of each schedule on which nothing else is going on.
RELEASE = """
UPDATE schedules_execution SET not_before = now(),
    publish_at = now() + make_interval(secs => %s)
WHERE id IN (
    SELECT DISTINCT ON (held.schedule_id) held.id FROM schedules_execution held
    WHERE held.schedule_id = ANY(%s::bigint[]) AND held.state = 'pending'
      AND held.not_before IS NULL AND NOT EXISTS (
        SELECT 1 FROM schedules_execution other
        WHERE other.schedule_id = held.schedule_id AND other.state = ANY(%s)
          AND other.not_before IS NOT NULL)
    ORDER BY held.schedule_id, held.scheduled_for, held.id)
RETURNING id
"""


def release(schedule_ids: Sequence[int]) -> None:
    """Let the next buffered run of these schedules start once the current one has ended.

    The caller holds the schedules' row locks, so no run can be buffered behind one
    that ends at the same moment.
    """
    if not schedule_ids:
        return
    active = [state.value for state in ACTIVE]
    rows = db.fetch(RELEASE, (settings.REPUBLISH_SECONDS, list(schedule_ids), active))
    if rows:
        transaction.on_commit(partial(broker.publish, [row[0] for row in rows]))
