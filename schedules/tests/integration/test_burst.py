"""A crowd is dispatched on two connections, its first few at once."""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pytest_django import Settings

from schedules import burst, db, dispatch
from schedules.burst import Burst
from schedules.models import Execution, Schedule
from schedules.tests.integration.connections import terminate_others
from schedules.tests.integration.scenes import end, make_due, queued

pytestmark = pytest.mark.django_db(transaction=True)
Make = Callable[..., Schedule]


@pytest.fixture
def crowd(make: Make, settings: Settings) -> list[Schedule]:
    """Twenty schedules that are due; a batch takes four, the first one two."""
    settings.DISPATCH_BATCH = 4
    schedules = [make() for _ in range(20)]
    for schedule in schedules:
        make_due(schedule)
    return schedules


@pytest.fixture(autouse=True)
def _few_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(burst, "FIRST_BATCH", 2)


@pytest.fixture
def both() -> Iterator[Burst]:
    both = Burst()
    yield both
    end(both)


@pytest.fixture
def batches(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """Who took how many: the names of the threads and the sizes of their batches."""
    found: list[tuple[str, int]] = []
    tick = dispatch.tick

    def noted(*batch: Any) -> int:
        size = tick(*batch)
        found.append((threading.current_thread().name, size))
        return size

    monkeypatch.setattr(dispatch, "tick", noted)
    return found


def test_all_are_dispatched_once_by_both(
    crowd: list[Schedule], both: Burst, batches: list[tuple[str, int]]
) -> None:
    assert both.dispatch() == 20
    assert [schedule.executions.count() for schedule in crowd] == [1] * 20
    assert len(set(queued())) == len(queued()) == 20
    assert batches[0] == ("MainThread", 2), "the first few at once"
    assert {name for name, _ in batches} == {"MainThread", "dispatch_0"}
    assert max(size for _, size in batches) == 4


def test_few_need_no_help(make: Make, both: Burst, batches: list[tuple[str, int]]) -> None:
    make_due(make())
    assert both.dispatch() == 1
    assert both.dispatch() == 0
    assert batches == [("MainThread", 1), ("MainThread", 0)]


def test_it_looks_up_from_a_crowd_that_does_not_end(
    crowd: list[Schedule], both: Burst, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(burst, "LONGEST_SECONDS", 0.0)
    assert both.dispatch() == 2, "then beat looks at its other work"


def test_the_helper_survives_a_cut_connection(
    crowd: list[Schedule], both: Burst, make: Make
) -> None:
    assert both.dispatch() == 20
    terminate_others()
    Execution.objects.update(state="success", finished_at=db.now())
    for schedule in crowd:
        make_due(schedule)
    assert both.dispatch() == 20


def test_what_goes_wrong_in_the_helper_is_no_secret(
    crowd: list[Schedule], both: Burst, monkeypatch: pytest.MonkeyPatch
) -> None:
    tick = dispatch.tick

    def broken(*batch: Any) -> int:
        if threading.current_thread().name.startswith("dispatch"):
            raise ZeroDivisionError
        return tick(*batch)

    monkeypatch.setattr(dispatch, "tick", broken)
    with pytest.raises(ZeroDivisionError):
        both.dispatch()
