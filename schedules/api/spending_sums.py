"""What was spent, added up: all of it, and by day, hour, owner, schedule or model."""

from datetime import UTC
from typing import Any

from django.contrib.auth.models import User
from django.db.models import F, QuerySet, Sum
from django.db.models.functions import TruncDay

from agents.models import Spending
from schedules.models import Definition, Schedule

# By what can be added up: the field of a group that says which it is, and where it stands.
GROUPS: dict[str, tuple[str, Any]] = {
    "day": ("since", TruncDay("hour", tzinfo=UTC)),
    "hour": ("since", F("hour")),
    "owner": ("owner", F("owner_id")),
    "schedule": ("schedule", F("schedule_id")),
    "model": ("model", F("model")),
}
NO_GROUP = {
    **dict.fromkeys(("since", "owner", "schedule", "model")),
    **dict.fromkeys(("owner_name", "schedule_name"), ""),
}
SUMMED = (
    *("runs", "input_tokens", "output_tokens", "cached_tokens", "reasoning_tokens"),
    *("llm_calls", "tool_calls", "cost", "unpriced_runs", "estimated_tokens", "estimated_cost"),
)


def total(rows: QuerySet[Spending]) -> dict[str, Any]:
    """All of them together."""
    return _read(rows.aggregate(**_sums()))


def groups(rows: QuerySet[Spending], by: str) -> list[dict[str, Any]]:
    """Each day, hour and so on with its own sums, in order."""
    field, key = GROUPS[by]
    found: Any = rows.values(key=key).annotate(**_sums()).order_by("key")
    names = NAMES[by]([row["key"] for row in found]) if by in NAMES else {}
    named = {which: {f"{field}_name": name} for which, name in names.items()}
    return [
        _read(row) | NO_GROUP | {field: row["key"]} | named.get(row["key"], {}) for row in found
    ]


def _sums() -> dict[str, Sum]:
    """Under names of their own, as the columns have those."""
    return {f"sum_{name}": Sum(name, default=0) for name in SUMMED}


def _read(row: dict[str, Any]) -> dict[str, Any]:
    return {name: row[f"sum_{name}"] for name in SUMMED}


def _schedules(ids: list[int]) -> dict[int | None, str]:
    """Names of schedules that are there, and of those that are not any more."""
    past = Definition.objects.filter(schedule_id__in=ids).order_by("schedule_id", "id")
    there = Schedule.objects.filter(id__in=ids)
    return {
        **dict(past.values_list("schedule_id", "schedule_name")),
        **dict(there.values_list("id", "name")),
    }


def _owners(ids: list[int]) -> dict[int | None, str]:
    """With an owner goes what they have spent: all are there."""
    return dict(User.objects.filter(id__in=ids).values_list("id", "username"))


NAMES = {"owner": _owners, "schedule": _schedules}
