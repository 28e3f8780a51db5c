"""Lost messages are sent again, less and less often."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from schedules import db, recover
from schedules.models import Schedule
from schedules.tests.integration.connections import OtherConnection
from schedules.tests.integration.scenes import (
    clear_queue,
    fail,
    pending,
    queued,
    row,
    running,
    set_row,
    succeed,
)

pytestmark = pytest.mark.django_db(transaction=True)
Make = Callable[..., Schedule]
PAST = "now() - interval '1 second'"


def test_a_lost_message_is_sent_again(schedule: Schedule) -> None:
    execution = pending(schedule)
    assert queued() == [str(execution.id)]
    clear_queue()  # FLUSHALL, say
    assert (recover.republish(), queued()) == (0, [])
    set_row(execution.id, publish_at=PAST)
    assert (recover.republish(), queued()) == (1, [str(execution.id)])
    assert (recover.republish(), queued()) == (0, [str(execution.id)])


@pytest.mark.parametrize(
    ("age", "expected"), [("0 s", 10), ("7 s", 10), ("40 s", 40), ("2 min", 120), ("1 day", 600)]
)
def test_the_wait_for_the_next_message_doubles_with_age(
    schedule: Schedule, age: str, expected: int
) -> None:
    execution = pending(schedule)
    set_row(execution.id, publish_at=PAST, not_before=f"now() - interval '{age}'")
    before = db.now()
    assert recover.republish() == 1
    publish_at = row(execution.id).publish_at
    assert publish_at is not None
    assert abs(publish_at - before - timedelta(seconds=expected)) < timedelta(seconds=2)


def test_what_the_broker_did_not_take_is_tried_soon_however_old_it_is(
    schedule: Schedule, broker_down: Callable[[], None]
) -> None:
    execution = pending(schedule)
    set_row(execution.id, publish_at=PAST, not_before="now() - interval '1 day'")
    before = db.now()
    assert recover.republish() == 1
    publish_at = row(execution.id).publish_at
    assert publish_at is not None
    assert publish_at - before < timedelta(seconds=12)
    broker_down()
    set_row(execution.id, publish_at=PAST)
    assert (recover.republish(), queued()) == (1, [str(execution.id)])


def test_only_what_waits_is_published_again(make: Make) -> None:
    claimed, ended = running(make()), running(make())
    succeed(ended)
    cancelled, early = pending(make()), running(make(max_attempts=2, retry_backoff_seconds=60))
    set_row(cancelled.id, state="'cancelled'", finished_at="now()", publish_at=PAST)
    set_row(claimed.id, publish_at=PAST)
    fail(early)
    clear_queue()
    assert (recover.republish(), queued()) == (0, [])


@pytest.mark.parametrize("batch", [1, 3])
def test_one_pass_publishes_a_bounded_batch_oldest_first(
    make: Make, monkeypatch: pytest.MonkeyPatch, batch: int
) -> None:
    monkeypatch.setattr(recover, "BATCH", batch)
    waiting = [pending(make()) for _ in range(7)]
    for age, execution in enumerate(waiting):
        set_row(execution.id, publish_at=f"now() - interval '{age + 1} s'")
    db.fetch("ANALYZE schedules_execution")
    clear_queue()
    assert recover.republish() == batch
    assert sorted(queued()) == sorted(str(each.id) for each in waiting[-batch:])
    passes = 1
    while recover.republish():
        passes += 1
    assert passes == -(-7 // batch)
    assert sorted(queued()) == sorted(str(each.id) for each in waiting)


def test_beats_that_republish_at_once_send_each_once(
    make: Make, connect: Callable[[], OtherConnection]
) -> None:
    for _ in range(12):
        set_row(pending(make()).id, publish_at=PAST)
    clear_queue()
    beats = [connect(), connect()]
    beats[0].begin()
    assert beats[0].run(recover.republish) == 12
    assert beats[1].run(recover.republish) == 0, "it neither waits nor sends again"
    beats[0].commit()
    assert len(queued()) == 12


def test_the_broker_being_down_costs_no_message(
    schedule: Schedule, broker_down: Callable[[], None]
) -> None:
    execution = pending(schedule)
    set_row(execution.id, publish_at=PAST)
    assert recover.republish() == 1
    broker_down()
    assert queued() == []
    set_row(execution.id, publish_at=PAST)
    assert recover.republish() == 1
    assert queued() == [str(execution.id)]
