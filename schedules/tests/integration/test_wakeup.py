"""A committed change wakes whoever listens; a lost connection costs no more than the sleep."""

from collections.abc import Callable, Iterator
from concurrent.futures import TimeoutError as NotYet

import pytest
from django.db import transaction

from scheduler_project.embedded.waiting import wait_until
from schedules import db, services, wakeup
from schedules.models import Schedule
from schedules.tests.integration.connections import OtherConnection, terminate_others

pytestmark = pytest.mark.django_db(transaction=True)
FOR_EVER = 20.0
SOON = 10.0


@pytest.fixture
def listener(other: OtherConnection) -> Iterator[wakeup.Listener]:
    listener = wakeup.Listener()
    other.run(listener.wait, 0.0)  # connected
    yield listener
    other.run(listener.close)


def test_a_notification_wakes_at_once(listener: wakeup.Listener, other: OtherConnection) -> None:
    waiting = other.start(listener.wait, FOR_EVER)
    with pytest.raises(NotYet):
        waiting.result(0.1)
    wakeup.notify()
    waiting.result(SOON)


def test_one_that_came_while_nobody_waited_is_not_lost(
    listener: wakeup.Listener, other: OtherConnection
) -> None:
    wakeup.notify()
    other.start(listener.wait, FOR_EVER).result(SOON)


def test_each_notification_wakes_once(listener: wakeup.Listener, other: OtherConnection) -> None:
    for _ in range(3):
        wakeup.notify()
        other.start(listener.wait, FOR_EVER).result(SOON)
        waiting = other.start(listener.wait, 0.1)
        with pytest.raises(NotYet):
            waiting.result(0.05)
        waiting.result(SOON)


def test_nothing_wakes_before_the_commit(listener: wakeup.Listener, other: OtherConnection) -> None:
    with transaction.atomic():
        wakeup.notify()
        waiting = other.start(listener.wait, FOR_EVER)
        with pytest.raises(NotYet):
            waiting.result(0.2)
    waiting.result(SOON)


def test_without_a_notification_the_time_is_up(
    listener: wakeup.Listener, other: OtherConnection
) -> None:
    other.start(listener.wait, 0.05).result(SOON)


def test_all_listeners_wake(
    listener: wakeup.Listener, other: OtherConnection, connect: Callable[[], OtherConnection]
) -> None:
    second, another = connect(), wakeup.Listener()
    second.run(another.wait, 0.0)
    waiting = [other.start(listener.wait, FOR_EVER), second.start(another.wait, FOR_EVER)]
    wakeup.notify()
    for each in waiting:
        each.result(SOON)
    second.run(another.close)


@pytest.mark.parametrize(
    "change",
    [
        lambda schedule: services.update_schedule(schedule=schedule, changes={"interval_value": 2}),
        lambda schedule: services.disable_schedule(schedule=schedule),
    ],
)
def test_a_changed_schedule_wakes_beats(
    schedule: Schedule,
    listener: wakeup.Listener,
    other: OtherConnection,
    change: Callable[[Schedule], object],
) -> None:
    waiting = other.start(listener.wait, FOR_EVER)
    change(schedule)
    waiting.result(SOON)


def test_a_new_schedule_wakes_beats(
    make: Callable[..., Schedule], listener: wakeup.Listener, other: OtherConnection
) -> None:
    waiting = other.start(listener.wait, FOR_EVER)
    make()
    waiting.result(SOON)


def test_it_survives_its_connection_being_cut(
    listener: wakeup.Listener, other: OtherConnection
) -> None:
    waiting = other.start(listener.wait, 0.5)
    assert terminate_others() >= 1
    waiting.result(SOON)
    for _ in range(2):  # the farewell is read first, then the end
        other.run(listener.wait, 0.1)
    waiting = other.start(listener.wait, FOR_EVER)
    wakeup.notify()
    waiting.result(SOON)


def test_it_survives_being_closed_under_its_hands(
    listener: wakeup.Listener, other: OtherConnection
) -> None:
    assert listener._connection is not None
    listener._connection.connection.close()
    other.run(listener.wait, 0.05)
    other.run(listener.wait, 0.0)
    waiting = other.start(listener.wait, FOR_EVER)
    wakeup.notify()
    waiting.result(SOON)


# Other tests have beats on the same server, with databases of their own.
LISTENING = """
SELECT 1 FROM pg_stat_activity
WHERE query LIKE 'LISTEN %%' AND datname = current_database()
"""


def test_closing_leaves_no_connection_behind(connect: Callable[[], OtherConnection]) -> None:
    def listening() -> bool:
        return bool(db.fetch(LISTENING))

    thread, listener = connect(), wakeup.Listener()
    thread.run(listener.wait, 0.0)
    assert listening()
    thread.run(listener.close)
    assert wait_until(lambda: not listening(), SOON)
