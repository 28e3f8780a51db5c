"""What a load for trials consists of, place by place."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from schedules.loads import ZONES, Load, scattered
from schedules.recurrence import Cron

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.mark.parametrize("places", [1, 2, 3, 10, 618, 1000, 17_280])
def test_every_place_is_met_once(places: int) -> None:
    assert sorted(scattered(place, places) for place in range(places)) == list(range(places))


@pytest.mark.parametrize("first", [100, 1_000, 10_000])
def test_any_first_part_is_spread_over_the_whole(first: int) -> None:
    met = sorted(scattered(place, 100_000) for place in range(first))
    assert max(later - earlier for earlier, later in pairwise(met)) <= 3 * 100_000 / first


def test_neighbours_lie_far_apart() -> None:
    met = [scattered(place, 100_000) for place in range(1_000)]
    assert min(abs(later - earlier) for earlier, later in pairwise(met)) > 30_000


def test_crons_repeat_only_when_every_minute_of_every_zone_has_one() -> None:
    load = Load(count=10**6)
    crons = [load.timing(place, NOON) for place in range(1440 * len(ZONES) + 1)]
    distinct = {(cron["cron_expression"], cron["timezone"]) for cron in crons}
    assert len(distinct) == 1440 * len(ZONES)
    assert {expression for expression, _ in distinct} == {
        f"{minute} {hour} * * *" for hour in range(24) for minute in range(60)
    }


@pytest.mark.parametrize("zone", ZONES)
def test_every_zone_exists(zone: str) -> None:
    assert Cron("0 0 * * *", zone).next_after(NOON)


def test_phases_of_intervals_fill_the_interval() -> None:
    load = Load(count=8, every=600)
    starts = sorted(load.timing(place, NOON)["start_at"] for place in range(8))
    assert starts == [NOON + n * timedelta(seconds=75) for n in range(8)]


def test_those_that_are_due_together_have_one_phase() -> None:
    load = Load(count=8, every=600, due_at=NOON)
    assert {load.timing(place, NOON)["start_at"] for place in range(8)} == {NOON}
