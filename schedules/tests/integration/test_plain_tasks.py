"""Plain periodic tasks: looked at in time, sent once by any number of beats, counted."""

import logging
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django_celery_beat.models import ClockedSchedule, CrontabSchedule, PeriodicTask, SolarSchedule

from scheduler_project.celery import app
from schedules import db, plain_tasks
from schedules.models import PlainTask, Schedule
from schedules.tests.integration.connections import OtherConnection
from schedules.tests.integration.plain import (
    Sender,
    again,
    hourly,
    look_now,
    next_look,
    overdue,
    place,
)

pytestmark = pytest.mark.django_db(transaction=True)
SECOND = timedelta(seconds=1)
Connect = Callable[[], OtherConnection]


@pytest.fixture
def sender() -> Sender:
    return Sender()


def test_one_that_is_due_is_sent_and_counted(sender: Sender) -> None:
    task = overdue()
    before = db.now()
    assert plain_tasks.tick(app, sender) == 1
    assert sender.names == [task.name]
    task.refresh_from_db()
    assert task.total_run_count == 1
    assert task.last_run_at >= before
    assert next_look(task) - task.last_run_at == timedelta(hours=1)
    assert plain_tasks.tick(app, sender) == 0


def test_one_that_is_not_due_waits_for_its_time(sender: Sender) -> None:
    task = hourly()
    assert plain_tasks.tick(app, sender) == 1
    assert sender.taken == []
    wait = next_look(task) - db.now()
    assert timedelta(minutes=59) < wait <= timedelta(hours=1)


def test_what_is_sent_counts_from_when_it_was_sent(sender: Sender) -> None:
    task = overdue()
    for count in range(1, 4):
        plain_tasks.tick(app, sender)
        task.refresh_from_db()
        assert task.total_run_count == count
        again(task)
    assert len({task_id for _, task_id in sender.taken}) == 3


def test_one_that_runs_once_is_switched_off(sender: Sender) -> None:
    task = overdue(one_off=True)
    while plain_tasks.tick(app, sender):
        pass
    assert sender.names == [task.name]
    task.refresh_from_db()
    # As the stock scheduler leaves it.
    assert (task.enabled, task.total_run_count, task.last_run_at) == (False, 0, None)
    assert place(task).due_at is None


def test_one_that_has_expired_is_switched_off_unsent(sender: Sender) -> None:
    task = overdue(expires=db.now() - SECOND, total_run_count=7)
    while plain_tasks.tick(app, sender):
        pass
    task.refresh_from_db()
    assert (task.enabled, task.total_run_count, sender.taken) == (False, 7, [])


def test_nothing_is_sent_before_its_start(sender: Sender) -> None:
    start = db.now() + timedelta(minutes=5)
    task = hourly(start_time=start)
    plain_tasks.tick(app, sender)
    assert sender.taken == []
    assert start <= next_look(task) <= start + SECOND
    PeriodicTask.objects.filter(pk=task.pk).update(start_time=db.now() - SECOND)
    plain_tasks.tick(app, sender)
    assert sender.names == [task.name]


def test_crontab_clocked_and_solar(sender: Sender) -> None:
    long_ago = db.now() - timedelta(days=2)
    nightly = CrontabSchedule.objects.create(minute="30", hour="3", timezone="Asia/Tokyo")
    noon = SolarSchedule.objects.create(event="solar_noon", latitude=52.5, longitude=13.4)
    past = ClockedSchedule.objects.create(clocked_time=db.now() - SECOND)
    ahead = ClockedSchedule.objects.create(clocked_time=db.now() + 90 * SECOND)
    values = {"task": "work", "last_run_at": long_ago}
    PeriodicTask.objects.create(name="nightly", crontab=nightly, **values)
    PeriodicTask.objects.create(name="noon", solar=noon, **values)
    PeriodicTask.objects.create(name="past", clocked=past, one_off=True, **values)
    later = PeriodicTask.objects.create(name="later", clocked=ahead, one_off=True, **values)
    while plain_tasks.tick(app, sender):
        pass
    assert sorted(sender.names) == ["nightly", "noon", "past"]
    assert abs(next_look(later) - ahead.clocked_time) < SECOND
    assert not PeriodicTask.objects.get(name="past").enabled
    assert PeriodicTask.objects.get(name="nightly").enabled


def test_a_schedules_own_row_is_no_plain_task(schedule: Schedule, sender: Sender) -> None:
    assert not PlainTask.objects.exists()
    assert plain_tasks.tick(app, sender) == 0


def test_beats_send_each_once(connect: Connect) -> None:
    tasks = [overdue() for _ in range(30)]
    senders = [Sender(), Sender(), Sender()]
    beats = [connect() for _ in senders]
    for round_number in range(1, 4):
        ticks = [
            beat.start(until_nothing_is_left, sender)
            for beat, sender in zip(beats, senders, strict=True)
        ]
        for tick in ticks:
            tick.result(30)
        sent = [name for sender in senders for name in sender.names]
        assert sorted(sent) == sorted([task.name for task in tasks] * round_number)
        counts = PeriodicTask.objects.values_list("total_run_count", flat=True)
        assert set(counts) == {round_number}
        for task in tasks:
            again(task)


def until_nothing_is_left(sender: Sender) -> None:
    """A beat that takes few at a time, so that others have their share."""
    while True:
        now, looks = plain_tasks.claim(app, batch=3)
        claimed = [look for look in looks if look.sending]
        for look in claimed:
            assert look.sending is not None
            sender(look.entry, look.sending)
        plain_tasks.finish(claimed, now)
        if not looks:
            return


def test_a_beat_does_not_wait_for_what_another_holds(
    sender: Sender, other: OtherConnection
) -> None:
    held, free = overdue(), overdue()
    other.begin()
    other.run(
        db.fetch,
        "SELECT 1 FROM schedules_plaintask WHERE periodic_task_id = %s FOR UPDATE",
        [held.pk],
    )
    db.fetch("SET lock_timeout = '5s'")
    plain_tasks.tick(app, sender)
    assert sender.names == [free.name]
    other.commit()
    plain_tasks.tick(app, sender)
    assert sender.names == [free.name, held.name]


def test_what_is_claimed_is_nobody_elses_until_the_lease_is_over(sender: Sender) -> None:
    task = overdue()
    _, (claimed,) = plain_tasks.claim(app)
    assert plain_tasks.tick(app, sender) == 0
    assert place(task).sending == claimed.sending
    assert next_look(task) - db.now() > plain_tasks.SENDING_SECONDS * SECOND


def test_a_beat_that_died_while_sending_is_replaced_under_the_same_task_id(sender: Sender) -> None:
    task = overdue()
    _, (claimed,) = plain_tasks.claim(app)
    look_now(task)
    plain_tasks.tick(app, sender)
    assert sender.taken == [(task.name, claimed.sending)]
    task.refresh_from_db()
    assert (task.total_run_count, place(task).sending) == (1, None)


def test_one_that_was_sent_late_by_a_beat_that_woke_up_again_counts_once(sender: Sender) -> None:
    task = overdue()
    now, looks = plain_tasks.claim(app)
    look_now(task)
    plain_tasks.tick(app, sender)
    due_at = place(task).due_at
    plain_tasks.finish(looks, now)
    task.refresh_from_db()
    assert (task.total_run_count, place(task).due_at) == (1, due_at)


def test_a_beat_that_was_stopped_for_longer_than_its_lease_sends_nothing(
    sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = overdue()
    monkeypatch.setattr(plain_tasks, "SENDING_SECONDS", 0.0)
    plain_tasks.tick(app, sender)
    assert sender.taken == []
    assert place(task).sending is not None, "another beat will send it"


def test_while_the_broker_is_down_messages_wait_and_keep_their_task_ids(sender: Sender) -> None:
    tasks = [overdue(), overdue()]
    sender.down = True
    assert plain_tasks.tick(app, sender) == 2
    waiting = {place(task).sending for task in tasks}
    assert all(next_look(task) - db.now() <= plain_tasks.PUT_OFF for task in tasks)
    assert set(PeriodicTask.objects.values_list("total_run_count", flat=True)) == {0}
    sender.down = False
    for task in tasks:
        look_now(task)
    plain_tasks.tick(app, sender)
    assert {task_id for _, task_id in sender.taken} == waiting


def test_one_that_is_switched_off_while_its_message_waits_is_not_sent(sender: Sender) -> None:
    task = overdue()
    sender.down = True
    plain_tasks.tick(app, sender)
    task.enabled = False
    task.save()
    sender.down = False
    look_now(task)
    plain_tasks.tick(app, sender)
    assert sender.taken == []
    assert (place(task).sending, place(task).due_at) == (None, None)


def test_one_that_cannot_be_read_holds_up_nobody(
    sender: Sender, caplog: pytest.LogCaptureFixture
) -> None:
    broken, fine = overdue(name="broken", headers="{"), overdue()
    with caplog.at_level(logging.ERROR):
        plain_tasks.tick(app, sender)
    assert sender.names == [fine.name]
    assert "'broken' cannot be read: change it." in caplog.text
    assert next_look(broken) - db.now() > timedelta(minutes=4)
    broken.headers = "{}"
    broken.interval, broken.crontab = None, CrontabSchedule.objects.create(minute="*")
    broken.save()
    plain_tasks.tick(app, sender)
    assert sender.names == [fine.name, "broken"]


def test_a_deleted_one_leaves_nothing_behind(sender: Sender) -> None:
    overdue().delete()
    assert PlainTask.objects.count() == 1
    plain_tasks.tick(app, sender)
    assert not PlainTask.objects.exists()
    assert sender.taken == []


def test_statements_do_not_grow_with_the_batch(sender: Sender) -> None:
    counts = []
    for size in (1, 60):
        tasks = [overdue() for _ in range(size)]
        with CaptureQueriesContext(connection) as captured:
            assert plain_tasks.tick(app, sender) == size
        counts.append(len(captured))
        PeriodicTask.objects.filter(pk__in=[task.pk for task in tasks]).delete()
        plain_tasks.tick(app, sender)
    assert counts[0] == counts[1] <= 6
