"""What there is to say of executions that have ended, which never changes any more."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from hooks.claimed import Claimed
from scheduler_project.database import fetch

ENDED = frozenset(
    f"execution.{state}" for state in ("success", "failed", "cancelled", "skipped", "missed")
)
FACTS = """
SELECT id, jsonb_build_object(
    'scheduled_for', scheduled_for, 'started_at', first_started_at, 'finished_at', finished_at,
    'duration_seconds', round(extract(epoch FROM finished_at - started_at), 3),
    'input_tokens', input_tokens, 'output_tokens', output_tokens, 'cost', cost::text,
    'result_summary', result_summary, 'error_type', error_type)
FROM schedules_execution WHERE id = ANY(%s::uuid[])
"""


def added(claimed: Sequence[Claimed]) -> Sequence[Claimed]:
    """The same, with the facts of those executions whose end they tell of, while these are there.

    What runs leave here was redacted before it was stored.
    """
    if not (ids := [each.data["execution"] for each in claimed if each.event in ENDED]):
        return claimed
    known = {str(id): json.loads(found) for id, found in fetch(FACTS, (ids,))}
    return [_with(each, known) if each.event in ENDED else each for each in claimed]


def _with(claimed: Claimed, known: Mapping[str, dict[str, Any]]) -> Claimed:
    return replace(claimed, data=claimed.data | known.get(claimed.data["execution"], {}))
