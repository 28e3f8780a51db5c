"""Plain periodic tasks for tests; time is moved in the rows, never waited for."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django_celery_beat.models import IntervalSchedule, PeriodicTask
from django_celery_beat.schedulers import ModelEntry

from scheduler_project.celery import app
from schedules import db
from schedules.models import PlainTask
from schedules.plain_tasks import PlainTasks

LONG_AGO = timedelta(days=1)


class Sender:
    """Stands for the broker: notes what it takes, or takes nothing while it is `down`."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, UUID]] = []
        self.down = False

    def __call__(self, entry: ModelEntry, task_id: UUID) -> bool:
        if not self.down:
            self.taken.append((entry.name, task_id))
        return not self.down

    @property
    def names(self) -> list[str]:
        """The tasks whose messages were taken, in their order."""
        return [name for name, _ in self.taken]


def tick(sender: Sender) -> int:
    """A beat's look at what is due; returns how many it looked at."""
    return PlainTasks(app, sender).tick()


def hourly(**fields: Any) -> PeriodicTask:
    """An hourly task that was never sent, and so is due an hour from now."""
    hour, _ = IntervalSchedule.objects.get_or_create(every=1, period="hours")
    values = {"name": uuid4().hex, "task": "work", "interval": hour}
    return PeriodicTask.objects.create(**(values | fields))


def overdue(**fields: Any) -> PeriodicTask:
    """An hourly task that was last sent a day ago."""
    return hourly(last_run_at=db.now() - LONG_AGO, **fields)


def place(task: PeriodicTask) -> PlainTask:
    """Where it stands with beats."""
    return PlainTask.objects.get(pk=task.pk)


def next_look(task: PeriodicTask) -> datetime:
    """When a beat looks at it next, or when the lease of its message is over."""
    due_at = place(task).due_at
    assert due_at is not None
    return due_at


def look_now(task: PeriodicTask) -> None:
    """Its next look is due, or what holds it is over."""
    PlainTask.objects.filter(pk=task.pk).update(due_at=db.now() - timedelta(seconds=1))


def again(task: PeriodicTask) -> None:
    """It was last sent a day ago, and its next look is due."""
    PeriodicTask.objects.filter(pk=task.pk).update(last_run_at=db.now() - LONG_AGO)
    look_now(task)
