"""Which deliveries a courier takes: of each hook a few, so that no receiver holds up the others.

A courier locks the hooks that it takes something for, and counts what they have on the way after
that: so no hook ever has more on its way than EACH, however many couriers there are. What it takes
is its own until LEASE_SECONDS are over; the attempt's number is the fence of what it records.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.db import transaction

from hooks import facts, switching
from hooks.claimed import Claimed
from hooks.models import Hook
from scheduler_project.columns import columns
from scheduler_project.database import fetch

# On its way at once, of one hook.
EACH = 4
# Longer than an attempt can take, with its record; a courier that dies costs its receivers as much.
LEASE_SECONDS = 60


# A jump through the index from hook to hook: it costs as much as there are hooks with something
# that waits, however much that is.
WAITING = """
WITH RECURSIVE earliest AS (
    (SELECT hook_id, due_at FROM hooks_delivery WHERE state = 'pending'
     ORDER BY hook_id, due_at LIMIT 1)
    UNION ALL
    SELECT following.* FROM earliest CROSS JOIN LATERAL (
        SELECT hook_id, due_at FROM hooks_delivery d
        WHERE state = 'pending' AND d.hook_id > earliest.hook_id
        ORDER BY hook_id, due_at LIMIT 1) following)
SELECT h.*, h.enabled AND u.is_active AS listens
FROM earliest JOIN hooks_hook h ON h.id = earliest.hook_id JOIN auth_user u ON u.id = h.owner_id
WHERE earliest.due_at <= now()
  AND (SELECT count(*) FROM hooks_delivery d WHERE d.hook_id = h.id AND state = 'sending') < %s
ORDER BY earliest.due_at LIMIT %s FOR NO KEY UPDATE OF h SKIP LOCKED
"""
TAKE = """
WITH room AS (
    SELECT hook_id, greatest(0, %(each)s - (
        SELECT count(*) FROM hooks_delivery d
        WHERE d.hook_id = wanted.hook_id AND state = 'sending')) AS free
    FROM unnest(%(hooks)s::bigint[]) AS wanted(hook_id)),
ready AS (
    SELECT d.*, row_number() OVER (PARTITION BY room.hook_id ORDER BY due_at) AS place
    FROM room CROSS JOIN LATERAL (
        SELECT id, due_at FROM hooks_delivery d
        WHERE d.hook_id = room.hook_id AND state = 'pending' AND due_at <= now()
        ORDER BY due_at LIMIT room.free FOR UPDATE SKIP LOCKED) d),
taken AS (SELECT id FROM ready ORDER BY place, due_at LIMIT %(most)s)
UPDATE hooks_delivery d SET state = 'sending', attempt = attempt + 1, sent_at = now(),
    due_at = now() + make_interval(secs => %(lease)s)
FROM taken WHERE d.id = taken.id
RETURNING d.id, d.hook_id, d.data, d.event, d.occurred_at, d.attempt, d.failures, now()
"""


@transaction.atomic
def take(most: int) -> Sequence[Claimed]:
    """Up to so many deliveries that are due, the hooks in turns; committed before any is sent.

    That commit waits for the disk, and so for all that was committed before it: a crash of the
    server undoes no change that somebody has been told of.
    """
    hooks: dict[int, Any] = {hook.pk: hook for hook in Hook.objects.raw(WAITING, [EACH, most])}
    listening = [id for id, hook in hooks.items() if hook.listens]
    # What a change wrote while its hook was being switched off; and of owners who may not sign in.
    switching.drop(hooks.keys() - listening)
    if not listening:
        return []
    rows = fetch(TAKE, {"each": EACH, "hooks": listening, "most": most, "lease": LEASE_SECONDS})
    return facts.added([_claimed(hooks, *row) for row in rows])


def _claimed(hooks: Mapping[int, Hook], id: int, hook: int, data: str, *rest: Any) -> Claimed:
    return Claimed(id, hooks[hook], json.loads(data), *rest)


RECOVER = """
UPDATE hooks_delivery SET state = 'pending', due_at = now()
WHERE id IN (SELECT id FROM hooks_delivery WHERE state = 'sending' AND due_at <= now()
             FOR UPDATE SKIP LOCKED)
"""


def recover() -> None:
    """Have what a courier has taken and not recorded in time sent again: it may be dead."""
    fetch(RECOVER)


RELEASE = """
UPDATE hooks_delivery d SET state = 'pending', due_at = now()
FROM unnest(%s::bigint[], %s::int[]) AS held(id, attempt)
WHERE d.id = held.id AND d.attempt = held.attempt AND state = 'sending'
"""


def release(held: Collection[Claimed]) -> None:
    """Give back what this courier will not send; another one has it at once."""
    if held:
        fetch(RELEASE, columns([(each.id, each.attempt) for each in held], 2))
