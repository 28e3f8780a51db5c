"""The beat: schedules through dispatch, plain periodic tasks as ever."""

import gc
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest
from django.contrib.auth.models import User
from django.db import OperationalError, ProgrammingError

from schedules import agenda, db, dispatch, services, tallies
from schedules.beat import LedgerScheduler
from schedules.models import Node, Schedule, Tally
from schedules.tests.integration.connections import OtherConnection, terminate_others
from schedules.tests.integration.past import ended
from schedules.tests.integration.scenes import (
    clear_queue,
    make_due,
    pending,
    queued,
    row,
    running,
    set_row,
)

pytestmark = pytest.mark.django_db(transaction=True)
Make = Callable[..., Schedule]
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


class Naps:
    """Stands for the listener: notes how long beat would have slept."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    def wait(self, seconds: float) -> None:
        self.seconds.append(seconds)

    def close(self) -> None:
        pass


@pytest.fixture
def naps() -> Naps:
    return Naps()


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, dict[str, Any]]]:
    """What the stock path sends: task name and options."""
    found: list[tuple[str, dict[str, Any]]] = []

    def send(self: Any, name: str, *args: Any, **options: Any) -> None:
        found.append((name, options))

    monkeypatch.setattr(LedgerScheduler, "send_task", send)
    return found


@pytest.fixture
def beat(beat: LedgerScheduler, naps: Naps, sent: list[Any]) -> LedgerScheduler:
    beat._listener = naps  # type: ignore[assignment]
    return beat


def until_it_sleeps(beat: LedgerScheduler) -> None:
    """Rounds with work in them follow each other without a sleep."""
    naps = cast(Naps, beat._listener).seconds
    before = len(naps)
    while len(naps) == before:
        assert beat.tick() == 0


def test_a_tick_dispatches_all_batches_and_reports_the_beat(
    beat: LedgerScheduler, make: Make, settings: Any
) -> None:
    settings.DISPATCH_BATCH = 2
    schedules = [make() for _ in range(5)]
    for schedule in schedules:
        make_due(schedule)
    until_it_sleeps(beat)
    assert [schedule.executions.count() for schedule in schedules] == [1] * 5
    assert len(queued()) == 5
    assert Node.objects.get().kind == "beat"


def test_a_tick_recovers_lost_workers_and_lost_messages(beat: LedgerScheduler, make: Make) -> None:
    lost, forgotten = running(make()), pending(make())
    set_row(lost.id, lease_until="now() - interval '1 second'")
    set_row(forgotten.id, publish_at="now() - interval '1 second'")
    clear_queue()
    until_it_sleeps(beat)
    assert row(lost.id).state == "failed"
    assert queued() == [str(forgotten.id)]


def test_a_tick_counts_what_ended_in_hours_that_are_over(
    beat: LedgerScheduler, owner: User
) -> None:
    ended(owner, db.now() - timedelta(hours=2), db.now())
    until_it_sleeps(beat)
    assert Tally.objects.get().count == 1


def test_what_cannot_be_counted_keeps_no_beat_from_dispatching(
    beat: LedgerScheduler, schedule: Schedule, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused() -> None:
        raise ProgrammingError("permission denied for view pg_stat_activity")

    monkeypatch.setattr(tallies, "add", refused)
    make_due(schedule)
    until_it_sleeps(beat)
    until_it_sleeps(beat)
    assert schedule.executions.count() == 1


def test_it_sleeps_until_the_next_is_due_but_a_second_at_most(
    beat: LedgerScheduler, naps: Naps, make: Make
) -> None:
    until_it_sleeps(beat)
    schedule = make()
    until_it_sleeps(beat)
    assert naps.seconds == [1.0, 1.0]
    make_due(schedule, seconds=-0.5)
    until_it_sleeps(beat)
    assert 0 < naps.seconds[-1] < 0.5


def test_it_does_not_spin_while_somebody_holds_what_is_due(
    beat: LedgerScheduler, naps: Naps, schedule: Schedule, other: OtherConnection
) -> None:
    make_due(schedule)
    other.lock("schedules_schedule", schedule.pk)
    until_it_sleeps(beat)
    assert naps.seconds[-1] >= 0.005, "the holder may take ten seconds: not at full speed"
    other.commit()
    beat.tick()
    assert schedule.executions.count() == 1


def test_an_idle_round_is_one_look_at_the_agenda(
    beat: LedgerScheduler, make: Make, django_assert_num_queries: Any
) -> None:
    make()
    until_it_sleeps(beat)
    with django_assert_num_queries(1):
        beat._round()


def test_a_tick_survives_a_lost_database_connection(
    beat: LedgerScheduler, naps: Naps, make: Make, other: OtherConnection
) -> None:
    schedule = make()
    until_it_sleeps(beat)
    make_due(schedule)
    own = db.fetch("SELECT pg_backend_pid()")[0][0]
    other.run(db.fetch, "SELECT pg_terminate_backend(%s, 5000)", (own,))
    beat.tick()
    assert schedule.executions.count() == 1, "at once, not after a sleep"
    assert len(naps.seconds) == 1


def test_a_tick_survives_a_database_that_does_not_answer(
    beat: LedgerScheduler, naps: Naps, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone() -> None:
        raise OperationalError("the server is starting up")

    with monkeypatch.context() as broken:
        broken.setattr(agenda, "read", gone)
        assert beat.tick() == 0
    assert naps.seconds == [1.0]
    beat.tick()


def test_a_dispatch_that_is_cut_in_the_middle_is_made_again(
    beat: LedgerScheduler, make: Make, other: OtherConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    schedule = make()
    make_due(schedule)
    insert = dispatch.ledger.insert

    def cut_after_insert(*args: Any) -> None:
        insert(*args)
        monkeypatch.undo()
        own = db.fetch("SELECT pg_backend_pid()")[0][0]
        other.run(db.fetch, "SELECT pg_terminate_backend(%s, 5000)", (own,))

    monkeypatch.setattr(dispatch.ledger, "insert", cut_after_insert)
    beat.tick()
    beat.tick()
    assert schedule.executions.count() == 1
    assert len(queued()) == 1


def test_what_is_loaded_by_then_is_spared_by_the_collector(beat: LedgerScheduler) -> None:
    assert gc.get_freeze_count() > 10_000


def test_a_beat_that_ends_in_good_order_strikes_itself_out(beat: LedgerScheduler) -> None:
    beat.tick()
    beat.close()
    assert not Node.objects.exists()


def test_all_other_connections_cut_is_no_matter_to_a_beat(
    beat: LedgerScheduler, make: Make
) -> None:
    schedule = make()
    terminate_others()
    make_due(schedule)
    beat.tick()
    assert services.disable_schedule(schedule=schedule).run_count == 1
