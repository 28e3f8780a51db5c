"""However a plain task is written, beats look at it as soon as that is committed."""

import select
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django_celery_beat.models import (
    ClockedSchedule,
    CrontabSchedule,
    IntervalSchedule,
    PeriodicTask,
    SolarSchedule,
)

from scheduler_project.celery import app
from schedules import db, plain_claims, wakeup
from schedules.models import PlainTask
from schedules.tests.integration.connections import OtherConnection
from schedules.tests.integration.plain import Sender, hourly, overdue, place, tick

pytestmark = pytest.mark.django_db(transaction=True)
IN_AN_HOUR = timedelta(hours=1)


@pytest.fixture
def listener() -> Iterator[wakeup.Listener]:
    listener = wakeup.Listener()
    listener.wait(0)
    yield listener
    listener.close()


def settled(**fields: Any) -> PeriodicTask:
    """A task that was looked at, and is due in an hour."""
    task = hourly(**fields)
    tick(Sender())
    assert not looked_at_now(task)
    return task


def looked_at_now(task: PeriodicTask) -> bool:
    due_at = place(task).due_at
    return due_at is not None and due_at <= db.now()


def woken(listener: wakeup.Listener) -> bool:
    """Whether somebody notified since the last look: before the notification made here."""
    db.fetch("SELECT pg_notify(%s, 'marker')", (wakeup.CHANNEL,))
    connection, found = listener._listening().connection, []
    while "marker" not in found:
        assert select.select([connection], [], [], 10)[0]
        connection.poll()
        found += [notification.payload for notification in connection.notifies]
        connection.notifies.clear()
    return len(found) > 1


PERIODIC_TASK = "UPDATE django_celery_beat_periodictask SET "


@pytest.mark.parametrize(
    "change",
    [
        PERIODIC_TASK + "start_time = now()",
        PERIODIC_TASK + "expires = now()",
        PERIODIC_TASK + "one_off = true",
        PERIODIC_TASK + "enabled = false",
        PERIODIC_TASK + "headers = '{\"a\": 1}'",
        PERIODIC_TASK + "date_changed = now()",
        PERIODIC_TASK + "last_run_at = now() - interval '1 day'",
        PERIODIC_TASK + "interval_id = (SELECT max(id) FROM django_celery_beat_intervalschedule)",
        "UPDATE django_celery_beat_intervalschedule SET every = 7",
    ],
)
def test_a_change_has_it_looked_at_at_once(change: str, listener: wakeup.Listener) -> None:
    task = settled()
    IntervalSchedule.objects.create(every=2, period="days")
    woken(listener)
    db.fetch(change)
    assert looked_at_now(task)
    assert woken(listener)


@pytest.mark.parametrize("change", ["description = 'x'", "total_run_count = 5", "args = '[1]'"])
def test_what_moves_no_time_wakes_nobody(change: str, listener: wakeup.Listener) -> None:
    task = settled()
    woken(listener)
    db.fetch(PERIODIC_TASK + change)
    assert not looked_at_now(task)
    assert not woken(listener)


def test_a_new_one_is_looked_at_at_once(listener: wakeup.Listener) -> None:
    task = hourly()
    assert looked_at_now(task)
    assert woken(listener)


def test_many_written_at_once_are_all_looked_at(listener: wakeup.Listener) -> None:
    interval = IntervalSchedule.objects.create(every=1, period="hours")
    PeriodicTask.objects.bulk_create(
        PeriodicTask(name=f"task {number}", task="work", interval=interval) for number in range(20)
    )
    assert PlainTask.objects.filter(due_at__lte=db.now()).count() == 20
    assert woken(listener)


def test_nobody_is_woken_before_the_commit(
    listener: wakeup.Listener, other: OtherConnection
) -> None:
    other.begin()
    other.run(hourly)
    assert not woken(listener)
    other.commit()
    assert woken(listener)


@pytest.mark.parametrize(
    ("kind", "timing"),
    [
        ("crontab", lambda: CrontabSchedule.objects.create(minute="7")),
        ("clocked", lambda: ClockedSchedule.objects.create(clocked_time=db.now() + IN_AN_HOUR)),
        ("solar", lambda: SolarSchedule.objects.create(event="sunset", latitude=1, longitude=1)),
    ],
)
def test_a_change_of_what_it_runs_on_has_it_looked_at(
    kind: str, timing: Callable[[], Any], listener: wakeup.Listener
) -> None:
    schedule = timing()
    task = settled(interval=None, one_off=kind == "clocked", **{kind: schedule})
    PlainTask.objects.update(due_at=db.now() + IN_AN_HOUR)
    woken(listener)
    changes = {
        "crontab": "minute = '8'",
        "clocked": "clocked_time = now()",
        "solar": "latitude = 2",
    }
    db.fetch(f"UPDATE django_celery_beat_{kind}schedule SET {changes[kind]}")
    assert looked_at_now(task)
    assert woken(listener)


def test_what_beats_write_themselves_wakes_nobody(listener: wakeup.Listener) -> None:
    task = overdue()
    woken(listener)
    tick(Sender())
    assert not woken(listener)
    assert not looked_at_now(task)


def test_one_that_is_changed_while_it_is_being_sent_is_looked_at_after_that() -> None:
    task = overdue()
    _, claims = plain_claims.claim(app)
    PeriodicTask.objects.filter(pk=task.pk).update(one_off=True)
    assert place(task).changed
    assert not looked_at_now(task), "it is still the one beat's that sends it"
    plain_claims.finish(claims)
    assert looked_at_now(task)
    assert not place(task).changed


def test_one_that_is_reset_is_looked_at() -> None:
    task = overdue()
    tick(Sender())
    PlainTask.objects.update(due_at=None)
    PeriodicTask.objects.filter(pk=task.pk).update(last_run_at=None)
    assert looked_at_now(task)


def test_one_that_is_switched_on_again_runs_again() -> None:
    task, sender = overdue(one_off=True), Sender()
    while tick(sender):
        pass
    task.refresh_from_db()
    task.enabled, task.last_run_at = True, db.now() - 2 * IN_AN_HOUR
    task.save()
    while tick(sender):
        pass
    assert sender.names == [task.name] * 2


def test_rows_that_are_restored_under_their_ids_are_looked_at() -> None:
    task = settled()
    db.fetch("ALTER TABLE django_celery_beat_periodictask DISABLE TRIGGER plain_task_gone")
    db.fetch("CREATE TEMPORARY TABLE kept AS SELECT * FROM django_celery_beat_periodictask")
    db.fetch("DELETE FROM django_celery_beat_periodictask")
    db.fetch("ALTER TABLE django_celery_beat_periodictask ENABLE TRIGGER plain_task_gone")
    db.fetch("INSERT INTO django_celery_beat_periodictask SELECT * FROM kept")
    db.fetch("DROP TABLE kept")
    assert looked_at_now(task)


def test_writers_need_no_search_path() -> None:
    db.fetch("SET search_path = ''")
    try:
        db.fetch("UPDATE public.django_celery_beat_periodictask SET enabled = false")
        db.fetch("DELETE FROM public.django_celery_beat_periodictask")
        db.fetch("DELETE FROM public.auth_user")
    finally:
        db.fetch("RESET search_path")


def test_a_deletion_and_its_return_under_the_same_name_are_no_matter() -> None:
    task, sender = overdue(name="twice"), Sender()
    task.delete()
    overdue(name="twice")
    while tick(sender):
        pass
    assert sender.names == ["twice"]
