"""Schedules switched on, switched off and deleted, one or thousands alike.

Callers hold the locks (locks.py). The number of statements does not depend on the number of
schedules.
"""

from collections.abc import Sequence
from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils import timezone

from scheduler_project.text import problem_with
from schedules import cancellation, definition, history, periodic_tasks, rows, wakeup
from schedules.models import Execution, Notification, Schedule
from schedules.services.recording import plan
from schedules.states import State

SWITCHED = ("enabled", "next_run_at", "note", "consecutive_failures", "updated_at")


def check_note(note: str) -> None:
    """ValidationError for a note that cannot be kept."""
    if problem := problem_with(note, definition.LONGEST["note"]):
        raise ValidationError({"note": problem})


def turn_on(schedule: Schedule, now: datetime) -> None:
    """Plan one that is off from `now` on, to be written; ValidationError if it would never run."""
    schedule.enabled = True
    definition.check(schedule, {"enabled"}, now)
    switched([schedule])
    plan(schedule, now)


def turn_off(schedules: Sequence[Schedule], now: datetime, note: str) -> None:
    """Switch them off and keep the note; what waits of them is cancelled."""
    were_on = [schedule for schedule in schedules if schedule.enabled]
    for schedule in schedules:
        schedule.enabled, schedule.next_run_at = False, None
        schedule.note = note or schedule.note
    switched(schedules)
    write(schedules, were_on, now)


def switched(schedules: Sequence[Schedule]) -> None:
    """What goes with the switch, whichever way it was turned."""
    for schedule in schedules:
        if schedule.enabled:
            schedule.note, schedule.consecutive_failures = "", 0
    off = [schedule.id for schedule in schedules if not schedule.enabled]
    if off:
        cancellation.cancel(reason="the schedule was disabled", schedules=off, running_too=False)


def write(schedules: Sequence[Schedule], planned: Sequence[Schedule], now: datetime) -> None:
    """Write what was switched, at least one; of it the planned ones go anew from `now` on."""
    for schedule in schedules:
        schedule.updated_at = timezone.now()
    rows.update(schedules, SWITCHED)
    periodic_tasks.update(schedules)
    history.append([(schedule.id, now) for schedule in planned])
    wakeup.notify()


def delete(schedules: Sequence[Schedule], now: datetime) -> None:
    """Delete them and their PeriodicTasks; executions stay, what runs may finish."""
    ids = [schedule.id for schedule in schedules]
    Schedule.objects.filter(pk__in=ids).update(next_run_at=None)
    history.append([(key, now) for key in ids])
    cancellation.cancel(reason="the schedule was deleted", schedules=ids, running_too=False)
    # The deletion touches executions in any order, a heartbeat in the order of their ids.
    running = Execution.objects.filter(schedule_id__in=ids, state=State.RUNNING).order_by("id")
    list(running.select_for_update().values_list("id"))
    Notification.objects.filter(schedule_id__in=ids).update(schedule=None)
    gone = Schedule.objects.filter(pk__in=ids)
    gone._raw_delete(gone.db)
    periodic_tasks.remove(schedules)
