"""The hand of django-celery-beat: its models, and its signals where its users have them."""

import json
from collections.abc import Iterator
from datetime import timedelta
from functools import cache
from itertools import islice

from django.core.management import call_command
from django.db import connection
from django_celery_beat.models import IntervalSchedule, PeriodicTask, PeriodicTasks

from benchmarks.contestants.peer import TASK, PeerHand, Wish

CHUNK = 5_000


class StockHand(PeerHand):
    """Fills by bulk_create, edits by `PeriodicTask.save`."""

    def prepare(self) -> None:
        call_command("migrate", "--no-input", verbosity=0)

    def add_many(self, wishes: Iterator[Wish]) -> None:
        while chunk := [_task(wish) for wish in islice(wishes, CHUNK)]:
            PeriodicTask.objects.bulk_create(chunk)
        PeriodicTasks.update_changed()
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE django_celery_beat_periodictask")

    def add(self, wish: Wish) -> None:
        _task(wish).save()

    def change(self, name: str, note: str) -> None:
        task = PeriodicTask.objects.get(name=name)
        task.description = note
        task.save()


def _task(wish: Wish) -> PeriodicTask:
    """As it would be if it had last run one interval before its first occurrence."""
    return PeriodicTask(
        name=wish.name,
        task=TASK,
        args=json.dumps([wish.name]),
        interval=_interval(wish.every),
        last_run_at=wish.first - wish.every,
    )


@cache
def _interval(every: timedelta) -> IntervalSchedule:
    seconds = int(every.total_seconds())
    return IntervalSchedule.objects.get_or_create(every=seconds, period="seconds")[0]
