"""What attempts came to, recorded together; only those that are still the current attempt."""

import random
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now

from hooks import switching
from hooks.claimed import Result
from hooks.models import Hook
from hooks.policies import Health, health_after, next_attempt
from scheduler_project.columns import columns
from scheduler_project.database import fetch

WRITE = """
UPDATE hooks_delivery d SET state = r.state, error = r.error, status = r.status,
    answer = r.answer, duration_ms = r.duration_ms,
    failures = d.failures + (r.error <> '')::int, due_at = r.due_at,
    finished_at = CASE WHEN r.due_at IS NULL THEN now() END
FROM unnest(%s::bigint[], %s::int[], %s::text[], %s::text[], %s::int[], %s::text[], %s::int[],
            %s::timestamptz[])
     AS r(id, attempt, state, error, status, answer, duration_ms, due_at)
WHERE d.id = r.id AND d.attempt = r.attempt AND d.state = 'sending'
RETURNING d.id
"""


@transaction.atomic
def record(results: Sequence[Result]) -> list[Result]:
    """Write them; returns those that have to wait, as somebody holds the row of their hook.

    No courier waits for such a row: its other results would wait as well, until their leases are
    over. What another courier has taken in the meantime, or is deleted, is left alone.
    """
    hooks = _locked({result.claimed.hook.pk for result in results})
    ours = [result for result in results if result.claimed.hook.pk in hooks]
    if ours:
        believed = _written(ours, hooks)
        _judge(hooks, [result for result in ours if result.claimed.id in believed])
    return _held([result for result in results if result.claimed.hook.pk not in hooks])


def _locked(ids: Collection[int]) -> dict[int, Any]:
    """The hooks that nobody else holds, with the time of the database."""
    free = Hook.objects.select_for_update(no_key=True, skip_locked=True).annotate(now=Now())
    return {hook.pk: hook for hook in free.filter(pk__in=ids)}


def _held(missing: Sequence[Result]) -> list[Result]:
    """Those whose hook is there."""
    ids = {result.claimed.hook.pk for result in missing}
    there = set(Hook.objects.filter(pk__in=ids).values_list("pk", flat=True)) if ids else set()
    return [result for result in missing if result.claimed.hook.pk in there]


def _written(results: Sequence[Result], hooks: Mapping[int, Any]) -> set[int]:
    """The deliveries whose attempt was still the current one."""
    rows = [_row(result, hooks[result.claimed.hook.pk]) for result in results]
    return {id for (id,) in fetch(WRITE, columns(rows, 8))}


def _row(result: Result, hook: Any) -> tuple[Any, ...]:
    state, due_at = _following(result, enabled=hook.enabled, now=hook.now)
    return (
        *(result.claimed.id, result.claimed.attempt, state, result.error, result.status),
        *(result.answer, result.duration_ms, due_at),
    )


def _following(result: Result, *, enabled: bool, now: datetime) -> tuple[str, datetime | None]:
    if not result.error:
        return "delivered", None
    if not enabled:
        return "dropped", None
    again = next_attempt(
        failures=result.claimed.failures + 1,
        now=now,
        asked=result.asked,
        chance=random.random(),
    )
    return ("failed", None) if again is None or result.gone else ("pending", again)


NOTE = """
UPDATE hooks_hook h SET consecutive_failures = n.failures, failing_since = n.since,
    enabled = h.enabled AND n.reason = '', disabled_reason =
        CASE WHEN h.enabled THEN n.reason ELSE h.disabled_reason END,
    updated_at = CASE WHEN h.enabled AND n.reason <> '' THEN now() ELSE h.updated_at END
FROM unnest(%s::bigint[], %s::int[], %s::timestamptz[], %s::text[])
     AS n(id, failures, since, reason)
WHERE h.id = n.id
"""


def _judge(hooks: Mapping[int, Any], results: Sequence[Result]) -> None:
    """Note how the hooks do, and switch off those that have failed for too long.

    One that does well, and did before, is not written.
    """
    before = {id: Health(h.consecutive_failures, h.failing_since) for id, h in hooks.items()}
    after = _after(before, results, {id: h.now for id, h in hooks.items()})
    if changed := [(id, *after[id]) for id in hooks if after[id] != before[id]]:
        fetch(NOTE, columns(changed, 4))
    off = {id: after[id].reason for id, h in hooks.items() if h.enabled and after[id].reason}
    switching.drop(off)
    switching.tell(off)


def _after(
    before: Mapping[int, Health], results: Sequence[Result], now: Mapping[int, datetime]
) -> dict[int, Health]:
    """In the order of the results."""
    health = dict(before)
    for result in results:
        id = result.claimed.hook.pk
        health[id] = health_after(
            health[id],
            delivered=not result.error,
            gone=result.gone,
            now=now[id],
            most=settings.HOOK_FAILURES_BEFORE_OFF,
        )
    return health
