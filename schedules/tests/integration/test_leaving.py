"""A beat that is told to leave does so between two rounds."""

import signal
from collections.abc import Callable
from typing import Any

import pytest

from schedules import broker
from schedules.beat import LedgerScheduler
from schedules.models import Schedule
from schedules.tests.integration.scenes import make_due, queued

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def due(make: Callable[..., Schedule]) -> Schedule:
    schedule = make()
    make_due(schedule)
    return schedule


def between(monkeypatch: pytest.MonkeyPatch, *numbers: int) -> None:
    """These signals come after the commit and before the messages."""
    publish = broker.publish

    def interrupted(*what: Any) -> None:
        for number in numbers:
            signal.raise_signal(number)
        publish(*what)

    monkeypatch.setattr(broker, "publish", interrupted)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_what_is_committed_is_sent_before(
    beat: LedgerScheduler, due: Schedule, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    between(monkeypatch, number)
    with pytest.raises(SystemExit):
        beat.tick()
    assert queued() == [str(due.executions.get().pk)]


def test_who_is_told_twice_leaves_at_once(
    beat: LedgerScheduler, due: Schedule, monkeypatch: pytest.MonkeyPatch
) -> None:
    between(monkeypatch, signal.SIGTERM, signal.SIGTERM)
    with pytest.raises(SystemExit):
        beat.tick()
    assert due.executions.count() == 1
    assert queued() == []


def test_who_sleeps_leaves_at_once(beat: LedgerScheduler) -> None:
    assert beat.tick() == 0
    with pytest.raises(SystemExit):
        signal.raise_signal(signal.SIGTERM)
