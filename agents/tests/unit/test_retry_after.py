"""Retry-After in all the forms that providers send, and what it leads to."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.limits import backoff
from agents.limits.retry_after import asked

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
seconds = st.floats(0, 100_000)
chances = st.floats(0, 1)


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, None),
        ({"retry-after": "120"}, 120),
        ({"retry-after": " 0 "}, 0),
        ({"retry-after": "0.5"}, 0.5),
        ({"retry-after-ms": "1500"}, 1.5),
        ({"retry-after-ms": "250", "retry-after": "1"}, 0.25),
        ({"retry-after-ms": "soon", "retry-after": "1"}, 1),
        ({"retry-after": "Sun, 01 Mar 2026 12:00:07 GMT"}, 7),
        ({"retry-after": "Sunday, 01-Mar-26 12:00:07 GMT"}, 7),
        ({"retry-after": "Sun Mar  1 12:00:07 2026"}, 7),
        ({"retry-after": "Sun, 01 Mar 2026 11:00:00 GMT"}, 0),
        ({"retry-after": "Sun, 01 Mar 2026 14:00:07 +0200"}, 7),
        # By the provider's clock, which is an hour ahead.
        (
            {
                "retry-after": "Sun, 01 Mar 2026 13:00:07 GMT",
                "date": "Sun, 01 Mar 2026 13:00:00 GMT",
            },
            7,
        ),
        *(
            ({"retry-after": text}, None)
            for text in ("", "-1", "nan", "inf", "1e9", "1_0", "٣", "1.2.3", ".", "soon", "9" * 999)
        ),
        ({"retry-after": "Sun, 99 Mar 2026 12:00:07 GMT"}, None),
        ({"retry-after": "Sun, 01 Mar 99999 12:00:07 GMT"}, None),
    ],
)
def test_what_is_asked(headers: dict[str, str], expected: float | None) -> None:
    assert asked(headers, NOW) == expected


@given(st.integers(0, 10**7))
def test_seconds_and_dates_say_the_same(ahead: int) -> None:
    date = format_datetime(NOW + timedelta(seconds=ahead), usegmt=True)
    assert asked({"retry-after": str(ahead)}, NOW) == ahead == asked({"retry-after": date}, NOW)


@given(st.text())
def test_anything_may_come(text: str) -> None:
    found = asked({"retry-after": text, "retry-after-ms": text, "date": text}, NOW)
    assert found is None or 0 <= found < float("inf")


@given(st.none() | seconds, st.integers(1, 100), chances)
def test_a_pause_is_bounded(asks: float | None, tries: int, chance: float) -> None:
    pause = backoff.pause(asks, tries, chance)
    assert 0 < pause <= backoff.MAX_PAUSE_SECONDS
    if asks:
        assert pause == min(asks, backoff.MAX_PAUSE_SECONDS)


def test_without_a_word_pauses_double() -> None:
    assert [backoff.pause(None, tries, 0) for tries in (1, 2, 3)] == [1, 2, 4]
    assert backoff.pause(None, 1, 1) == 0.5
    assert backoff.pause(0, 2, 0) == 2


@given(seconds, st.integers(1, 10), seconds, chances)
def test_a_run_waits_as_long_as_asked_and_fits(
    asks: float, tries: int, left: float, chance: float
) -> None:
    waiting = backoff.wait(asks, tries, left, chance)
    if waiting is not None:
        assert asks <= waiting < left
        assert tries < backoff.MAX_TRIES
    elif tries < backoff.MAX_TRIES:
        assert left <= asks * (1 + backoff.SPREAD)
