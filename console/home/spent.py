"""What was spent on each day.

A month of everybody's may have a million rows, which take half a second to add up. Days that are
over do not change any more, so each process keeps theirs in mind for a day.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from django.core.cache import cache
from django.db.models import F, QuerySet, Sum

from agents.models import Spending

DAY = timedelta(days=1)
# A run that ended just before midnight may be written down after it.
SETTLED = timedelta(hours=1)


class Amounts(NamedTuple):
    """Dollars and tokens, with what is estimated; of some runs the cost is not known."""

    cost: Decimal = Decimal(0)
    tokens: int = 0
    runs: int = 0
    unpriced: int = 0


def total(each: Iterable[Amounts]) -> Amounts:
    """All together."""
    columns: Any = zip(*each, strict=True)
    return Amounts(*(sum(column) for column in columns))


def by_day(
    rows: QuerySet[Spending], first: datetime, now: datetime, *, everybodys: bool
) -> dict[datetime, Amounts]:
    """Of these rows, for the days (of UTC) from `first` to now on which there was anything."""
    if not everybodys:
        return _added(rows, first)
    over = (now - SETTLED).replace(hour=0, minute=0, second=0, microsecond=0)
    days = [first + n * DAY for n in range((over - first).days)]
    kept = {day: found for day in days if (found := cache.get(_key(day)))}
    since = next((day for day in days if day not in kept), max(over, first))
    fresh = _added(rows, since)
    for day in days:
        if day not in kept:
            cache.set(_key(day), fresh.get(day, Amounts()), DAY.total_seconds())
    return kept | fresh


def _key(day: datetime) -> str:
    return f"spent-by-everybody-{day:%Y-%m-%d}"


def _added(rows: QuerySet[Any], since: datetime) -> dict[datetime, Amounts]:
    """By the hour first: the database takes longer to tell the day of each row."""
    hours = rows.filter(hour__gte=since).order_by().values_list("hour")
    sums = hours.annotate(
        all_cost=Sum(F("cost") + F("estimated_cost")),
        all_tokens=Sum(F("input_tokens") + F("output_tokens") + F("estimated_tokens")),
        all_runs=Sum("runs"),
        all_unpriced=Sum("unpriced_runs"),
    )
    days: dict[datetime, list[Amounts]] = {}
    for hour, *amounts in sums:
        day = hour.astimezone(UTC).replace(hour=0)
        days.setdefault(day, []).append(Amounts(*amounts))
    return {day: total(each) for day, each in days.items()}
