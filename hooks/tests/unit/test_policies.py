"""When a delivery is tried again, and when a hook is switched off."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from hooks.policies import (
    LONGEST_WAIT,
    MOST_ATTEMPTS,
    OFF_AFTER,
    SPREAD,
    WELL,
    Health,
    health_after,
    next_attempt,
)

NOW = datetime(2030, 1, 31, 7, 30, tzinfo=UTC)
CHANCES = st.floats(0, 1, exclude_max=True)
FAILURES = st.integers(1, MOST_ATTEMPTS - 1)
ASKED = st.one_of(st.none(), st.floats(0, 1e12))
SECOND = timedelta(seconds=1)


def wait(failures: int, asked: float | None = None, chance: float = 0.0) -> timedelta:
    again = next_attempt(failures=failures, now=NOW, asked=asked, chance=chance)
    assert again is not None
    return again - NOW


def test_eight_attempts_take_about_a_day() -> None:
    waits = [wait(failures) for failures in range(1, MOST_ATTEMPTS)]
    assert waits[:3] == [20 * SECOND, 100 * SECOND, 500 * SECOND]
    assert timedelta(hours=23) < sum(waits, timedelta()) < timedelta(hours=25)
    assert next_attempt(failures=MOST_ATTEMPTS, now=NOW, asked=1, chance=0) is None


@given(failures=st.integers(MOST_ATTEMPTS, 10**6), asked=ASKED, chance=CHANCES)
def test_then_it_is_over(failures: int, asked: float | None, chance: float) -> None:
    assert next_attempt(failures=failures, now=NOW, asked=asked, chance=chance) is None


@given(failures=FAILURES, asked=ASKED, chance=CHANCES)
def test_waits_stay_within_bounds(failures: int, asked: float | None, chance: float) -> None:
    plain = wait(failures)
    assert plain * (1 - SPREAD) - SECOND <= wait(failures, chance=chance) <= plain
    assert wait(failures, chance=chance) <= wait(failures, asked, chance) <= LONGEST_WAIT


@given(failures=FAILURES, asked=st.floats(0, LONGEST_WAIT.total_seconds()), chance=CHANCES)
def test_nobody_is_asked_earlier_than_they_want(failures: int, asked: float, chance: float) -> None:
    assert wait(failures, asked, chance) >= timedelta(seconds=asked)


@given(failures=st.integers(1, MOST_ATTEMPTS - 2))
def test_waits_grow(failures: int) -> None:
    assert wait(failures) <= wait(failures + 1)


def after(health: Health, *, delivered: bool = False, gone: bool = False) -> Health:
    return health_after(health, delivered=delivered, gone=gone, now=NOW, most=20)


def test_the_first_failure_begins_a_row() -> None:
    assert after(WELL) == Health(1, NOW)
    assert after(Health(1, NOW - SECOND)) == Health(2, NOW - SECOND)


def test_a_success_ends_it() -> None:
    assert after(Health(19, NOW - OFF_AFTER), delivered=True) == WELL


def test_off_after_so_many_for_so_long() -> None:
    assert not after(Health(18, NOW - OFF_AFTER)).reason
    assert not after(Health(500, NOW - OFF_AFTER + SECOND)).reason
    assert after(Health(19, NOW - OFF_AFTER)) == Health(
        20, NOW - OFF_AFTER, "Its last 20 attempts failed, for 6 hours."
    )


def test_off_at_once_when_the_receiver_is_gone() -> None:
    assert "410" in after(WELL, gone=True).reason


@given(failures=st.integers(0, 10**9), hours=st.integers(0, 10**5))
def test_reasons_fit_and_health_is_what_the_database_takes(failures: int, hours: int) -> None:
    since = NOW - timedelta(hours=hours) if failures else None
    health = after(Health(failures, since))
    assert len(health.reason) <= 200
    assert (health.failures > 0) == (health.since is not None)
