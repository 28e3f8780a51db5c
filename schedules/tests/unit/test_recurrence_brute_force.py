"""Random cron expressions against a minute-by-minute brute force, and against croniter.

RECURRENCE_CASES sets how many cases are tried (default 1,000), RECURRENCE_SEED repeats a run.
"""

import os
import random
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from croniter import croniter

from schedules import zone_offsets
from schedules.recurrence import Cron, occurrences_between
from schedules.tests.unit.recurrence_oracle import (
    DAY,
    MINUTE,
    ZONES,
    Oracle,
    changes,
    random_expression,
)

CASES = int(os.environ.get("RECURRENCE_CASES", "1000"))
SEED = int(os.environ.get("RECURRENCE_SEED", str(random.randrange(10**9))))
EXPRESSIONS_PER_PLACE = 5
NO_LIMIT = 10**6


@pytest.fixture
def chance() -> random.Random:
    """Its seed is printed where pytest shows what a failed test wrote."""
    print(f"RECURRENCE_SEED={SEED} RECURRENCE_CASES={CASES}")  # noqa: T201
    return random.Random(SEED)


def crons(chance: random.Random, zone: str, near: datetime) -> Iterator[Cron]:
    """An endless supply of expressions that fire some time, on the wall time of `near`."""
    while True:
        try:
            yield Cron(random_expression(chance, near.astimezone(ZoneInfo(zone))), zone)
        except ValueError as error:
            if "never fires" not in str(error):
                raise


def places(chance: random.Random, number: int) -> Iterator[tuple[str, datetime]]:
    """Zones in turn, each with one of its changes of 2000 to 2040 or else with any instant."""
    zones = chance.sample(ZONES, len(ZONES))
    for index in range(number):
        zone = zones[index % len(zones)]
        anywhere = datetime(2000, 1, 1, tzinfo=UTC) + chance.randrange(41 * 365) * DAY
        yield zone, chance.choice(changes(zone, 2000, 2040) or [anywhere])


def test_brute_force_around_changes_of_offset(chance: random.Random) -> None:
    for zone, change in places(chance, CASES // EXPRESSIONS_PER_PLACE):
        begin, end = change - DAY - MINUTE * chance.randrange(300), change + DAY
        for _, cron in zip(range(EXPRESSIONS_PER_PLACE), crons(chance, zone, change), strict=False):
            expected = Oracle(cron.expression).occurrences(zone, begin, end)
            found = occurrences_between(cron, begin, end, NO_LIMIT)
            assert found == expected, (cron, change)
            instant = begin + (end - begin) * chance.random()
            following = next((moment for moment in expected if moment > instant), None)
            assert following is None or cron.next_after(instant) == following, (cron, instant)


@pytest.mark.parametrize(
    ("zone", "change", "step"),
    [
        ("Pacific/Apia", datetime(2011, 12, 30, 10, tzinfo=UTC), MINUTE),
        ("Pacific/Kwajalein", datetime(1993, 8, 21, 12, tzinfo=UTC), MINUTE),
        ("Antarctica/Vostok", datetime(1994, 1, 31, 17, tzinfo=UTC), MINUTE),
        ("Australia/Lord_Howe", datetime(2026, 4, 4, 15, tzinfo=UTC), MINUTE),
        ("Antarctica/Troll", datetime(2026, 3, 29, 1, tzinfo=UTC), MINUTE),
        ("Antarctica/Casey", datetime(2020, 10, 3, 16, 1, tzinfo=UTC), MINUTE),
        ("Asia/Manila", datetime(1844, 12, 31, 15, 56, 8, tzinfo=UTC), timedelta(seconds=4)),
        ("America/Juneau", datetime(1867, 10, 18, 15, 33, 32, tzinfo=UTC), timedelta(seconds=1)),
        ("Africa/Monrovia", datetime(1972, 1, 7, 0, 44, 30, tzinfo=UTC), timedelta(seconds=30)),
        ("Europe/Amsterdam", datetime(1937, 6, 30, 22, 40, 28, tzinfo=UTC), timedelta(seconds=4)),
        ("Europe/Dublin", datetime(2399, 10, 31, 1, tzinfo=UTC), MINUTE),
        ("America/New_York", datetime(2100, 3, 14, 7, tzinfo=UTC), MINUTE),
    ],
)
def test_brute_force_around_extraordinary_changes(
    chance: random.Random, zone: str, change: datetime, step: timedelta
) -> None:
    begin, end = change - 1.1 * DAY, change + 1.3 * DAY
    begin, end = begin.replace(minute=0, second=0), end.replace(minute=0, second=0)
    for _, cron in zip(range(max(20, CASES // 100)), crons(chance, zone, change), strict=False):
        expected = Oracle(cron.expression).occurrences(zone, begin, end, step)
        assert occurrences_between(cron, begin, end, NO_LIMIT) == expected, cron


@pytest.fixture
def eras_of_six_hours(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(zone_offsets, "_ERA", 6 * 60 * 60)
    zone_offsets._era.cache_clear()
    yield
    zone_offsets._era.cache_clear()


@pytest.mark.usefixtures("eras_of_six_hours")
def test_it_does_not_matter_where_the_tables_of_offsets_are_cut(chance: random.Random) -> None:
    for zone, change in places(chance, max(20, CASES // 100)):
        cron, begin, end = next(crons(chance, zone, change)), change - DAY, change + DAY
        expected = Oracle(cron.expression).occurrences(zone, begin, end)
        assert occurrences_between(cron, begin, end, NO_LIMIT) == expected, (cron, change)


def test_smallest_gap_in_utc_is_the_smallest_of_400_years(chance: random.Random) -> None:
    days = [date(2000, 1, 1) + number * DAY for number in range(365 * 410)]
    for _, cron in zip(range(max(10, CASES // 200)), crons(chance, "UTC", NEAR), strict=False):
        oracle = Oracle(cron.expression)
        times = [timedelta(hours=hour, minutes=minute) for hour, minute in sorted(oracle.times)]
        matching = [day for day in days if oracle.matches_date(day)]
        overnight = min(b - a for a, b in pairwise(matching)) + times[0] - times[-1]
        within_day = min((b - a for a, b in pairwise(times)), default=overnight)
        assert cron.smallest_gap() == min(overnight, within_day), cron


def test_smallest_gap_is_never_larger_than_a_real_one(chance: random.Random) -> None:
    for zone, change in places(chance, CASES // 20):
        cron = next(crons(chance, zone, change))
        smallest, instant = cron.smallest_gap(), change - 365 * DAY * chance.randrange(25)
        some_decades = occurrences_between(cron, instant, instant + 30 * 365 * DAY, 500)
        near_change = Oracle(cron.expression).occurrences(zone, change - 2 * DAY, change + DAY)
        for occurrences in (some_decades, near_change):
            assert all(b - a >= smallest for a, b in pairwise(occurrences)), cron


NEAR = datetime(2026, 2, 28, 1, 30, tzinfo=UTC)


def is_ordinary(expression: str) -> bool:
    """croniter reads it as everyone does: see the known differences in test_recurrence.py."""
    _, _, day, _, weekday = expression.split()
    if "L" in weekday or "#" in weekday or "?" in expression:
        return False
    if ("*/" in day and weekday != "*") or ("*/" in weekday and day != "*"):
        return False
    ranges = re.findall(r"(\d+)-(\d+)(/?)", expression)
    return all(int(a) < int(b) or (int(a) > int(b) and not step) for a, b, step in ranges)


def test_croniter_agrees_on_ordinary_expressions(chance: random.Random) -> None:
    ordinary = (cron for cron in crons(chance, "UTC", NEAR) if is_ordinary(cron.expression))
    for _, cron in zip(range(CASES // 10), ordinary, strict=False):
        instant = datetime(2000, 1, 1, tzinfo=UTC) + MINUTE * chance.randrange(40 * 365 * 1440)
        theirs = croniter(cron.expression, instant, max_years_between_matches=100)
        for _ in range(10):
            following = cron.next_after(instant)
            assert following == theirs.get_next(datetime), (cron, instant)
            instant = following
