"""The PeriodicTask behind a schedule: a derived row, which shows it in django-celery-beat.

What fires a schedule is dispatch. Fired by a stock beat, the row's task makes one
dispatch pass, which doubles nothing. Rows are written past django-celery-beat's
signals: those make every stock beat load its whole table again.
"""

from typing import Any

from celery.schedules import crontab
from django.db.models import Model
from django_celery_beat.models import (
    ClockedSchedule,
    CrontabSchedule,
    IntervalSchedule,
    PeriodicTask,
)

from schedules.broker import TASK
from schedules.cron_grammar import fields as cron_fields
from schedules.models import Schedule

CELERY_FIELDS = ("minute", "hour", "day_of_month", "month_of_year", "day_of_week")
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
    timing, remark = _timing(schedule)
    return {
        "name": f"scheduled command {schedule.id}: {schedule.name}",
        "task": TASK,
        "description": DERIVED + remark,
        "enabled": schedule.enabled and schedule.next_run_at is not None,
        "one_off": schedule.schedule_type == Schedule.Type.ONCE,
        "crontab": None,
        "interval": None,
        "clocked": None,
        "start_time": schedule.start_at,
        "expires": schedule.end_at,
    } | timing


def create(schedule: Schedule) -> PeriodicTask:
    """Insert the row for a schedule that has its id already."""
    return PeriodicTask.objects.bulk_create([PeriodicTask(**derived(schedule))])[0]


def update(schedule: Schedule) -> None:
    """Bring the row in line with its schedule."""
    PeriodicTask.objects.filter(pk=schedule.periodic_task_id).update(**derived(schedule))


def remove(schedule: Schedule) -> None:
    """Delete the row of a schedule that is gone."""
    rows = PeriodicTask.objects.filter(pk=schedule.periodic_task_id)
    rows._raw_delete(rows.db)


def _timing(schedule: Schedule) -> tuple[dict[str, Any], str]:
    """Which of django-celery-beat's schedules says the same, and a remark where none does."""
    if schedule.schedule_type == Schedule.Type.CRON:
        return _crontab(schedule)
    if schedule.schedule_type == Schedule.Type.ONCE:
        return {"clocked": _shared(ClockedSchedule, clocked_time=schedule.run_at)}, ""
    if schedule.schedule_type == Schedule.Type.INTERVAL:
        every, period = schedule.interval_value, schedule.interval_unit
        return {"interval": _shared(IntervalSchedule, every=every, period=period)}, ""
    return {"interval": _shared(IntervalSchedule, every=1, period="days")}, "Started by hand only."


def _crontab(schedule: Schedule) -> tuple[dict[str, Any], str]:
    fields = dict(zip(CELERY_FIELDS, cron_fields(schedule.cron_expression), strict=True))
    if not _fits(fields):
        every_minute = _shared(IntervalSchedule, every=1, period="minutes")
        return {"interval": every_minute}, NOT_IN_CELERY.format(expression=schedule.cron_expression)
    return {"crontab": _shared(CrontabSchedule, timezone=schedule.timezone, **fields)}, DIFFERS


def _fits(fields: dict[str, str]) -> bool:
    """Whether Celery can parse these fields and django-celery-beat can store them."""
    if set(fields["day_of_week"].upper()) & {"#", "L"}:
        return False  # Celery reads three letters of a day's name and ignores what follows.
    try:
        crontab(**fields)
    except (ValueError, KeyError):
        return False
    limits = {name: CrontabSchedule._meta.get_field(name).max_length for name in CELERY_FIELDS}
    return all(len(value) <= (limits[name] or 0) for name, value in fields.items())


def _shared(model: type[Model], **values: Any) -> Model:
    """The row with these values; two made at the same moment do no harm."""
    found = model._default_manager.filter(**values).order_by("pk").first()
    return found or model._default_manager.bulk_create([model(**values)])[0]
