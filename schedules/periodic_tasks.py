"""The PeriodicTask behind a schedule: a derived row, which shows it in django-celery-beat.

What fires a schedule is dispatch. Fired by a stock beat, the row's task makes one
dispatch pass, which doubles nothing. Rows are written past django-celery-beat's
signals: those make every stock beat load its whole table again.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from celery.schedules import crontab
from django.db.models import Model
from django_celery_beat.models import (
    ClockedSchedule,
    CrontabSchedule,
    IntervalSchedule,
    PeriodicTask,
)

from schedules import rows
from schedules.broker import TASK
from schedules.cron_grammar import fields as cron_fields
from schedules.models import Schedule

CELERY_FIELDS = ("minute", "hour", "day_of_month", "month_of_year", "day_of_week")
# The rows that PeriodicTasks share: the model, and the columns that tell one from another.
SHARED: dict[str, tuple[type[Model], tuple[str, ...]]] = {
    "crontab": (CrontabSchedule, (*CELERY_FIELDS, "timezone")),
    "interval": (IntervalSchedule, ("every", "period")),
    "clocked": (ClockedSchedule, ("clocked_time",)),
}
DERIVED = "Derived from a scheduled command; change it there. "
NOT_IN_CELERY = (
    "Celery's crontab cannot say {expression}: under a stock beat this row looks every minute "
    "for what is due."
)
DIFFERS = (
    "Celery's crontab reads it a little differently (days of month and week, changes of the "
    "clocks); the scheduled command's own times hold."
)


def derived(schedule: Schedule) -> dict[str, Any]:
    """The fields of the PeriodicTask that stands for this schedule."""
    return _derived([schedule])[0]


def create(schedules: Sequence[Schedule]) -> list[PeriodicTask]:
    """Insert a row for each of the schedules, which have their ids already, in their order.

    The number of statements does not depend on the number of schedules.
    """
    ids = rows.next_ids(PeriodicTask, len(schedules))
    derivations = zip(ids, _derived(schedules), strict=True)
    created = [PeriodicTask(id=key, **fields) for key, fields in derivations]
    rows.insert(created)
    return created


def update(schedules: Sequence[Schedule]) -> None:
    """Bring the rows in line with their schedules, at least one, one or thousands alike."""
    derivations = _derived(schedules)
    tasks = [
        PeriodicTask(id=schedule.periodic_task_id, **fields)
        for schedule, fields in zip(schedules, derivations, strict=True)
    ]
    rows.update(tasks, {name.removesuffix("_id") for name in derivations[0]})


def remove(schedules: Sequence[Schedule]) -> None:
    """Delete the rows of schedules that are gone."""
    own = PeriodicTask.objects.filter(pk__in=[each.periodic_task_id for each in schedules])
    own._raw_delete(own.db)


class CeleryTiming(NamedTuple):
    """One of django-celery-beat's schedules by its values, and a remark where it is not exact."""

    kind: str
    values: tuple[Any, ...]
    remark: str = ""


def _derived(schedules: Sequence[Schedule]) -> list[dict[str, Any]]:
    timings = [_timing(schedule) for schedule in schedules]
    shared = {kind: _shared(kind, timings) for kind in SHARED}
    return [
        _fields(schedule, timing, shared[timing.kind][timing.values])
        for schedule, timing in zip(schedules, timings, strict=True)
    ]


def _fields(schedule: Schedule, timing: CeleryTiming, shared_id: int) -> dict[str, Any]:
    return {
        "name": f"scheduled command {schedule.id}: {schedule.name}",
        "task": TASK,
        "description": DERIVED + timing.remark,
        "enabled": schedule.enabled and schedule.next_run_at is not None,
        "one_off": schedule.schedule_type == Schedule.Type.ONCE,
        **{f"{kind}_id": shared_id if kind == timing.kind else None for kind in SHARED},
        "start_time": schedule.start_at,
        "expires": schedule.end_at,
    }


def _timing(schedule: Schedule) -> CeleryTiming:
    """Which of django-celery-beat's schedules says the same, or comes nearest."""
    if schedule.schedule_type == Schedule.Type.CRON:
        return _crontab(schedule.cron_expression, schedule.timezone)
    if schedule.schedule_type == Schedule.Type.ONCE:
        return CeleryTiming("clocked", (schedule.run_at,))
    if schedule.schedule_type == Schedule.Type.INTERVAL:
        return CeleryTiming("interval", (schedule.interval_value, schedule.interval_unit))
    return CeleryTiming("interval", (1, "days"), "Started by hand only.")


def _crontab(expression: str, timezone: str) -> CeleryTiming:
    fields = dict(zip(CELERY_FIELDS, cron_fields(expression), strict=True))
    if not all(_fits(name, value) for name, value in fields.items()):
        return CeleryTiming("interval", (1, "minutes"), NOT_IN_CELERY.format(expression=expression))
    return CeleryTiming("crontab", (*fields.values(), timezone), DIFFERS)


@lru_cache(maxsize=1_000)
def _fits(name: str, value: str) -> bool:
    """Whether Celery can parse this field and django-celery-beat can store it."""
    if name == "day_of_week" and set(value.upper()) & {"#", "L"}:
        return False  # Celery reads three letters of a day's name and ignores what follows.
    try:
        crontab(**{name: value})
    except (ValueError, KeyError):
        return False
    return len(value) <= (CrontabSchedule._meta.get_field(name).max_length or 0)


def _shared(kind: str, timings: Iterable[CeleryTiming]) -> dict[tuple[Any, ...], int]:
    """The ids of the rows with these values, made where there is none.

    Two that are made at the same moment do no harm.
    """
    model, names = SHARED[kind]
    wanted = {timing.values for timing in timings if timing.kind == kind}
    found = rows.find(model, names, wanted) if wanted else {}
    missing = [values for values in wanted if values not in found]
    made = model._default_manager.bulk_create(
        model(**dict(zip(names, values, strict=True))) for values in missing
    )
    return found | {values: row.pk for values, row in zip(missing, made, strict=True)}
