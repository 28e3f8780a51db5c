"""Slots bound what runs at once; closing them turns away whoever waits."""

import threading
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet

import pytest

from schedules.slots import Slots

TIMEOUT = 10


def test_no_more_are_taken_than_there_are() -> None:
    slots, most, busy, counting = Slots(3), 0, 0, threading.Lock()

    def use() -> None:
        nonlocal most, busy
        for _ in range(50):
            taken = slots.take(2, TIMEOUT)
            assert 1 <= taken <= 2
            with counting:
                busy += taken
                most = max(most, busy)
            with counting:
                busy -= taken
            for _ in range(taken):
                slots.give()

    with ThreadPoolExecutor(12) as threads:
        for done in [threads.submit(use) for _ in range(12)]:
            done.result(TIMEOUT)
    assert 1 <= most <= 3
    assert slots.take(5, 0) == 3, "all slots are free again"


def test_a_thread_waits_until_a_slot_is_given_back() -> None:
    slots = Slots(1)
    assert slots.take(1, 0) == 1
    with ThreadPoolExecutor(1) as threads:
        waiting = threads.submit(slots.take, 3, TIMEOUT)
        with pytest.raises(NotYet):
            waiting.result(0.05)
        slots.give()
        assert waiting.result(TIMEOUT) == 1


def test_patience_has_an_end() -> None:
    assert Slots(0).take(1, 0.01) == 0


def test_closing_wakes_every_waiter_empty_handed() -> None:
    slots = Slots(0)
    with ThreadPoolExecutor(4) as threads:
        waiting: list[Future[int]] = [threads.submit(slots.take, 1, TIMEOUT) for _ in range(4)]
        with pytest.raises(NotYet):
            waiting[0].result(0.05)
        slots.close()
        assert [each.result(TIMEOUT) for each in waiting] == [0] * 4


def test_closed_slots_stay_closed_even_when_one_is_free() -> None:
    slots = Slots(2)
    assert slots.take(1, 0) == 1
    slots.close()
    slots.give()
    assert slots.take(1, 0) == 0
