"""Plain periodic tasks: looked at in time, sent once by any number of beats, counted."""

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext
from django_celery_beat.models import ClockedSchedule, CrontabSchedule, PeriodicTask, SolarSchedule

from scheduler_project.celery import app
from schedules import db, plain_claims, plain_tasks
from schedules.models import PlainTask, Schedule
from schedules.plain_tasks import PlainTasks
from schedules.tests.integration.connections import OtherConnection
from schedules.tests.integration.plain import (
    Sender,
    again,
    hourly,
    look_now,
    next_look,
    overdue,
    place,
    tick,
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
    assert tick(sender) == 1
    assert sender.names == [task.name]
    task.refresh_from_db()
    assert task.total_run_count == 1
    assert task.last_run_at >= before
    assert next_look(task) - task.last_run_at == timedelta(hours=1)
    assert tick(sender) == 0


def test_one_that_is_not_due_waits_for_its_time(sender: Sender) -> None:
    task = hourly()
    assert tick(sender) == 1
    assert sender.taken == []
    wait = next_look(task) - db.now()
    assert timedelta(minutes=59) < wait <= timedelta(hours=1)


def test_what_is_sent_counts_from_when_it_was_sent(sender: Sender) -> None:
    task = overdue()
    for count in range(1, 4):
        tick(sender)
        task.refresh_from_db()
        assert task.total_run_count == count
        again(task)
    assert len({task_id for _, task_id in sender.taken}) == 3


def test_one_that_runs_once_is_switched_off(sender: Sender) -> None:
    task = overdue(one_off=True)
    while tick(sender):
        pass
    assert sender.names == [task.name]
    task.refresh_from_db()
    # As the stock scheduler leaves it.
    assert (task.enabled, task.total_run_count, task.last_run_at) == (False, 0, None)
    assert place(task).due_at is None


def test_one_that_has_expired_is_switched_off_unsent(sender: Sender) -> None:
    task = overdue(expires=db.now() - SECOND, total_run_count=7)
    while tick(sender):
        pass
    task.refresh_from_db()
    assert (task.enabled, task.total_run_count, sender.taken) == (False, 7, [])


def test_nothing_is_sent_before_its_start(sender: Sender) -> None:
    start = db.now() + timedelta(minutes=5)
    task = hourly(start_time=start)
    tick(sender)
    assert sender.taken == []
    assert start <= next_look(task) <= start + SECOND
    PeriodicTask.objects.filter(pk=task.pk).update(start_time=db.now() - SECOND)
    tick(sender)
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
    while tick(sender):
        pass
    assert sorted(sender.names) == ["nightly", "noon", "past"]
    assert abs(next_look(later) - ahead.clocked_time) < SECOND
    assert not PeriodicTask.objects.get(name="past").enabled
    assert PeriodicTask.objects.get(name="nightly").enabled


def test_a_schedules_own_row_is_no_plain_task(schedule: Schedule, sender: Sender) -> None:
    assert not PlainTask.objects.exists()
    assert tick(sender) == 0


def test_beats_send_each_once(connect: Connect) -> None:
    tasks = [overdue() for _ in range(30)]
    senders = [Sender(), Sender(), Sender()]
    beats = [connect() for _ in senders]
    for round_number in range(1, 4):
        rounds = [
            beat.start(until_nothing_is_left, sender)
            for beat, sender in zip(beats, senders, strict=True)
        ]
        for each in rounds:
            each.result(30)
        sent = [name for sender in senders for name in sender.names]
        assert sorted(sent) == sorted([task.name for task in tasks] * round_number)
        counts = PeriodicTask.objects.values_list("total_run_count", flat=True)
        assert set(counts) == {round_number}
        for task in tasks:
            again(task)


def until_nothing_is_left(sender: Sender) -> None:
    """A beat that takes few at a time, so that others have their share."""
    while True:
        looked_at, claims = plain_claims.claim(app, batch=3)
        for claim in claims:
            sender(claim.entry, claim.sending)
        # Another beat, which just looks at a row, can hold it for a moment.
        while claims:
            claims = plain_claims.finish(claims)
        if not looked_at:
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
    tick(sender)
    assert sender.names == [free.name]
    other.commit()
    tick(sender)
    assert sender.names == [free.name, held.name]


def test_what_is_claimed_is_nobody_elses_until_the_lease_is_over(sender: Sender) -> None:
    task = overdue()
    _, (claimed,) = plain_claims.claim(app)
    assert tick(sender) == 0
    assert place(task).sending == claimed.sending
    assert next_look(task) - db.now() > plain_tasks.SENDING_SECONDS * SECOND


def test_a_beat_that_died_while_sending_is_replaced_under_the_same_task_id(sender: Sender) -> None:
    task = overdue()
    _, (claimed,) = plain_claims.claim(app)
    look_now(task)
    tick(sender)
    assert sender.taken == [(task.name, claimed.sending)]
    task.refresh_from_db()
    assert (task.total_run_count, place(task).sending) == (1, None)


def test_one_that_was_sent_late_by_a_beat_that_woke_up_again_counts_once(sender: Sender) -> None:
    task = overdue()
    _, (claimed,) = plain_claims.claim(app)
    look_now(task)
    tick(sender)
    due_at = place(task).due_at
    assert plain_claims.finish([claimed]) == []
    task.refresh_from_db()
    assert (task.total_run_count, place(task).due_at) == (1, due_at)


def test_a_beat_that_was_stopped_for_longer_than_its_lease_sends_nothing(
    sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = overdue()
    monkeypatch.setattr(plain_tasks, "SENDING_SECONDS", 0.0)
    tick(sender)
    assert sender.taken == []
    assert place(task).sending is not None, "another beat will send it"


def test_while_the_broker_is_down_messages_wait_and_keep_their_task_ids(sender: Sender) -> None:
    tasks = [overdue(), overdue()]
    sender.down = True
    assert tick(sender) == 2
    waiting = {place(task).sending for task in tasks}
    assert all(next_look(task) - db.now() <= plain_claims.PUT_OFF for task in tasks)
    assert set(PeriodicTask.objects.values_list("total_run_count", flat=True)) == {0}
    sender.down = False
    for task in tasks:
        look_now(task)
    tick(sender)
    assert {task_id for _, task_id in sender.taken} == waiting


def test_one_that_is_switched_off_while_its_message_waits_is_not_sent(sender: Sender) -> None:
    task = overdue()
    sender.down = True
    tick(sender)
    task.enabled = False
    task.save()
    sender.down = False
    look_now(task)
    tick(sender)
    assert sender.taken == []
    assert (place(task).sending, place(task).due_at) == (None, None)


def test_one_that_cannot_be_read_holds_up_nobody(
    sender: Sender, caplog: pytest.LogCaptureFixture
) -> None:
    broken, fine = overdue(name="broken", headers="{"), overdue()
    with caplog.at_level(logging.ERROR):
        tick(sender)
    assert sender.names == [fine.name]
    assert "'broken' cannot be read: change it." in caplog.text
    assert next_look(broken) - db.now() > timedelta(minutes=4)
    broken.headers = "{}"
    broken.save()
    tick(sender)
    assert sender.names == [fine.name, "broken"]


def test_a_deleted_one_leaves_nothing_behind(sender: Sender) -> None:
    overdue().delete()
    assert not PlainTask.objects.exists()
    assert tick(sender) == 0


def test_one_that_is_moved_while_its_message_waits_goes_by_its_new_time(sender: Sender) -> None:
    task = overdue()
    sender.down = True
    tick(sender)
    task.start_time = db.now() + timedelta(days=1)
    task.save()
    sender.down = False
    look_now(task)
    tick(sender)
    assert (sender.taken, place(task).sending) == ([], None)
    assert next_look(task) > db.now()


@pytest.mark.parametrize(
    "held",
    ["django_celery_beat_periodictask WHERE id", "schedules_plaintask WHERE periodic_task_id"],
)
def test_a_beat_waits_for_nobody_and_counts_later_what_it_sent(
    sender: Sender, other: OtherConnection, held: str
) -> None:
    task = overdue()
    beat = PlainTasks(app, sender)

    def hold_and_send(entry: Any, task_id: UUID) -> bool:
        other.begin()
        other.run(db.fetch, f"SELECT 1 FROM {held} = %s FOR UPDATE", [task.pk])
        return sender(entry, task_id)

    beat._send = hold_and_send
    db.fetch("SET lock_timeout = '5s'")
    assert beat.tick() == 1
    beat.count()
    task.refresh_from_db()
    assert (task.total_run_count, len(sender.taken)) == (0, 1)
    other.commit()
    beat.count()
    task.refresh_from_db()
    assert (task.total_run_count, place(task).sending) == (1, None)
    assert beat._uncounted == []


def test_what_was_sent_is_counted_when_the_database_is_back(
    sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    task, beat = overdue(), PlainTasks(app, sender)

    def away(*args: Any) -> None:
        raise OperationalError("the server is starting up")

    with monkeypatch.context() as broken:
        broken.setattr(plain_claims, "finish", away)
        with pytest.raises(OperationalError):
            beat.tick()
    beat.count()
    task.refresh_from_db()
    assert (task.total_run_count, len(sender.taken)) == (1, 1)


def test_statements_do_not_grow_with_the_batch(sender: Sender) -> None:
    counts = []
    for size in (1, 60):
        tasks = [overdue() for _ in range(size)]
        with CaptureQueriesContext(connection) as captured:
            assert tick(sender) == size
        counts.append(len(captured))
        PeriodicTask.objects.filter(pk__in=[task.pk for task in tasks]).delete()
        tick(sender)
    assert counts[0] == counts[1] <= 6
