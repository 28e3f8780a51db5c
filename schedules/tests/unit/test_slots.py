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
            assert slots.take()
            with counting:
                busy += 1
                most = max(most, busy)
            with counting:
                busy -= 1
            slots.give()

    with ThreadPoolExecutor(12) as threads:
        for done in [threads.submit(use) for _ in range(12)]:
            done.result(TIMEOUT)
    assert 1 <= most <= 3
    assert all(slots.take() for _ in range(3)), "all slots are free again"


def test_a_thread_waits_until_a_slot_is_given_back() -> None:
    slots = Slots(1)
    assert slots.take()
    with ThreadPoolExecutor(1) as threads:
        waiting = threads.submit(slots.take)
        with pytest.raises(NotYet):
            waiting.result(0.05)
        slots.give()
        assert waiting.result(TIMEOUT) is True


def test_closing_wakes_every_waiter_empty_handed() -> None:
    slots = Slots(0)
    with ThreadPoolExecutor(4) as threads:
        waiting: list[Future[bool]] = [threads.submit(slots.take) for _ in range(4)]
        with pytest.raises(NotYet):
            waiting[0].result(0.05)
        slots.close()
        assert [each.result(TIMEOUT) for each in waiting] == [False] * 4


def test_closed_slots_stay_closed_even_when_one_is_free() -> None:
    slots = Slots(2)
    assert slots.take()
    slots.close()
    slots.give()
    assert slots.take() is False
