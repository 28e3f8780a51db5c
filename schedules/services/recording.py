"""Schedules planned and written with their PeriodicTasks, one or thousands alike."""

from collections.abc import Sequence
from datetime import datetime

from schedules import history, periodic_tasks, rows, wakeup
from schedules.models import Schedule
from schedules.timing import first_run


def record(schedules: Sequence[Schedule], now: datetime) -> None:
    """Insert new schedules, planned from `now` on, and wake beats.

    The number of statements does not depend on the number of schedules. The caller holds
    a transaction, and has checked what it inserts.
    """
    # The ids before the rows: the PeriodicTasks, which come first, are named after them.
    for schedule, key in zip(schedules, rows.next_ids(Schedule, len(schedules)), strict=True):
        schedule.id = key
        plan(schedule, now)
    for schedule, row in zip(schedules, periodic_tasks.create(schedules), strict=True):
        schedule.periodic_task = row
    rows.insert(schedules)
    history.append([(schedule.id, now) for schedule in schedules])
    wakeup.notify()


def start_phase(schedule: Schedule, now: datetime) -> None:
    """An interval counts from its start, or else from now."""
    schedule.anchor_at = schedule.start_at or now


def plan(schedule: Schedule, now: datetime) -> None:
    """Find the next occurrence of what is switched on and has runs left."""
    over = schedule.max_runs is not None and schedule.run_count >= schedule.max_runs
    schedule.next_run_at = None
    if schedule.enabled and not over:
        schedule.next_run_at = first_run(schedule, now, schedule.start_at, schedule.end_at)
