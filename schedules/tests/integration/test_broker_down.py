"""A broker that cannot be reached holds up plain periodic tasks, and nothing else."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django_celery_beat.models import IntervalSchedule, PeriodicTask

from scheduler_project.celery import app
from schedules import broker
from schedules.beat import LedgerScheduler
from schedules.models import Node, Schedule
from schedules.tests.integration.scenes import clear_queue, make_due

pytestmark = pytest.mark.django_db(transaction=True)


def test_dispatch_goes_on_and_the_plain_task_fires_when_it_is_back(
    beat: LedgerScheduler, make: Callable[..., Schedule]
) -> None:
    every = IntervalSchedule.objects.create(every=1, period="hours")
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)
    PeriodicTask.objects.create(name="plain", task="t", interval=every, last_run_at=long_ago)
    schedule = make()
    make_due(schedule)
    beat.connection = app.connection_for_write("redis://127.0.0.1:1/0")
    beat.tick()
    assert schedule.executions.count() == 1
    assert Node.objects.get().kind == "beat"
    clear_queue()
    beat.connection = app.connection_for_write()
    while beat.tick() == 0 and not broker.queue_depth():
        pass
    beat.sync()
    assert PeriodicTask.objects.get(name="plain").total_run_count == 1
