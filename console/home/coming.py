"""What is planned for the next 24 hours."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from operator import itemgetter
from typing import Any, NamedTuple

from django.contrib.postgres.fields import ArrayField
from django.db.models import Count, DateTimeField, Func, IntegerField, QuerySet, Value

from console.charts import Chart, Series, hours_from
from console.pages import Page
from schedules.models import Schedule
from schedules.recurrence import INSTANT
from schedules.timing import planned

HOURS = 24
# Of so many schedules all runs are counted, as many as an owner usually may have, and so many runs,
# which takes a twentieth of a second; of more, the next one of each, which the database can count.
FEW, MOST_RUNS = 50, 2500
NEXT = 10
FIELDS = (
    *("name", "owner", "schedule_type", "cron_expression", "interval_value", "interval_unit"),
    *("run_at", "timezone", "start_at", "end_at", "anchor_at", "max_runs", "run_count"),
    "next_run_at",
)


class Plan(NamedTuple):
    """A run to come."""

    at: datetime
    schedule: Schedule
    left: timedelta


class Coming(NamedTuple):
    """The chart, the next runs with their schedules, and whether there is any schedule at all.

    `all_runs` says that every run is counted, not only the next one of each schedule.
    """

    chart: Chart
    total: int
    next: list[Plan]
    all_runs: bool
    has_schedules: bool
    names_owners: bool


def section(page: Page, now: datetime) -> Coming:
    """Of the schedules that the person who asks may see; PermissionDenied."""
    names_owners = page.whose(Schedule) is None
    first = now.replace(minute=0, second=0, microsecond=0)
    until = first + timedelta(hours=HOURS)
    rows = page.rows(Schedule)
    due = rows.filter(next_run_at__lt=until)
    schedules = _soonest(due, names_owners)
    plans = _all_runs(schedules, now, until) if len(schedules) <= FEW else None
    few = plans is not None
    if plans is None:
        plans = [(each.next_run_at, each) for each in schedules]
    counts = _counted(plans, first) if few else _by_hour(due, first)
    shown = [Plan(at, schedule, at - now) for at, schedule in plans[:NEXT]]
    return Coming(
        chart=_chart(hours_from(first, HOURS), counts, few),
        total=counts.total(),
        next=shown,
        all_runs=few,
        has_schedules=bool(schedules) or rows.exists(),
        names_owners=names_owners,
    )


def _soonest(due: QuerySet[Any], names_owners: bool) -> list[Any]:
    """One more than a few, so that it shows whether there are more."""
    named = due.select_related("owner") if names_owners else due
    fields = [*FIELDS, "owner__username"] if names_owners else FIELDS
    return list(named.only(*fields).order_by("next_run_at")[: FEW + 1])


def _all_runs(
    schedules: Sequence[Any], now: datetime, until: datetime
) -> list[tuple[datetime, Any]] | None:
    """Of these schedules before `until`, in order; None where they are too many."""
    plans: list[tuple[datetime, Any]] = []
    for each in schedules:
        runs = planned(each, MOST_RUNS - len(plans) + 1, now, until - INSTANT)
        plans += [(at, each) for at in runs]
        if len(plans) > MOST_RUNS:
            return None
    return sorted(plans, key=itemgetter(0))


def _counted(plans: Sequence[tuple[datetime, Any]], first: datetime) -> Counter[datetime]:
    """By the hour; what is overdue runs in the present one."""
    hours = (max(at, first).replace(minute=0, second=0, microsecond=0) for at, _ in plans)
    return Counter(hours)


def _by_hour(due: QuerySet[Any], first: datetime) -> Counter[datetime]:
    """The same, counted by the database: by place among the hours, a fifth of what dates cost."""
    times = hours_from(first, HOURS)
    ends = Value(times[1:], ArrayField(DateTimeField()))
    place = Func("next_run_at", ends, function="width_bucket", output_field=IntegerField())
    counts = due.order_by().values_list(place).annotate(count=Count("*"))
    return Counter({times[place]: count for place, count in counts})


def _chart(times: list[datetime], counts: Counter[datetime], few: bool) -> Chart:
    what = "Runs planned" if few else "Schedules whose next run is planned"
    series = Series("planned", "--state-planned", [counts[time] for time in times])
    return Chart(
        id="coming",
        summary=f"{what} for the next 24 hours, by hour: {counts.total():,}.",
        times=times,
        series=[series],
    )
