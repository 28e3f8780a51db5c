"""Timing fields turned into a recurrence, and what is wrong with them."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest

from schedules.recurrence import Cron, Interval, Once
from schedules.timing import cron, first_run, problems, recurrence_of, upcoming

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True)
class Fields:
    schedule_type: str = "manual"
    cron_expression: str = ""
    interval_value: int | None = None
    interval_unit: str = ""
    run_at: datetime | None = None
    timezone: str = "UTC"
    anchor_at: datetime = NOON


HOURLY = Fields("interval", interval_value=1, interval_unit="hours")
DAILY = Fields("cron", cron_expression="30 7 * * *", timezone="Europe/Berlin")
ONCE = Fields("once", run_at=NOON + HOUR)


def test_each_type_has_its_recurrence() -> None:
    assert recurrence_of(DAILY) == Cron("30 7 * * *", "Europe/Berlin")
    assert recurrence_of(HOURLY) == Interval(HOUR, NOON)
    assert recurrence_of(ONCE) == Once(NOON + HOUR)
    assert recurrence_of(Fields()) is None


@pytest.mark.parametrize(
    ("unit", "length"),
    [("seconds", timedelta(seconds=1)), ("minutes", MINUTE), ("hours", HOUR), ("days", DAY)],
)
def test_every_unit_of_an_interval(unit: str, length: timedelta) -> None:
    fields = Fields("interval", interval_value=3, interval_unit=unit)
    assert first_run(fields, NOON, None, None) == NOON + 3 * length


def test_an_expression_is_parsed_once_for_all_schedules_that_share_it() -> None:
    assert cron("30 7 * * *", "Europe/Berlin") is cron("30 7 * * *", "Europe/Berlin")


@pytest.mark.parametrize(
    ("fields", "start", "end", "expected"),
    [
        (HOURLY, None, None, NOON + HOUR),
        (HOURLY, NOON + 2 * HOUR, None, NOON + 2 * HOUR),
        (HOURLY, NOON + 2 * HOUR + MINUTE, None, NOON + 3 * HOUR),
        (HOURLY, NOON - DAY, None, NOON + HOUR),
        (HOURLY, None, NOON + HOUR, NOON + HOUR),
        (HOURLY, None, NOON + HOUR - MINUTE, None),
        (DAILY, None, None, datetime(2026, 3, 3, 6, 30, tzinfo=UTC)),
        (ONCE, None, None, NOON + HOUR),
        (replace(ONCE, run_at=NOON), None, None, None),
        (ONCE, NOON + HOUR, None, NOON + HOUR),
        (ONCE, NOON + 2 * HOUR, None, None),
        (Fields(), None, None, None),
    ],
)
def test_the_first_run_is_later_than_now_and_between_start_and_end(
    fields: Fields, start: datetime | None, end: datetime | None, expected: datetime | None
) -> None:
    assert first_run(fields, NOON, start, end) == expected


def test_upcoming_gives_so_many_and_stops_at_the_end() -> None:
    assert list(upcoming(HOURLY, NOON, None, None, 3)) == [NOON + n * HOUR for n in (1, 2, 3)]
    assert list(upcoming(HOURLY, NOON, None, NOON + 2 * HOUR, 9)) == [NOON + HOUR, NOON + 2 * HOUR]


@pytest.mark.parametrize("fields", [HOURLY, DAILY, ONCE, Fields()])
def test_good_timings_have_no_problems(fields: Fields) -> None:
    assert problems(fields, NOON, minimum_gap=timedelta(seconds=300)) == {}


@pytest.mark.parametrize(
    ("fields", "field", "sentence"),
    [
        (Fields("cron"), "cron_expression", "needs cron_expression"),
        (Fields("once"), "run_at", "needs run_at"),
        (replace(HOURLY, interval_value=None), "interval_value", "needs interval_value"),
        (replace(HOURLY, interval_unit=""), "interval_unit", "needs interval_unit"),
        (replace(HOURLY, cron_expression="0 0 * * *"), "cron_expression", "leave it out"),
        (replace(DAILY, run_at=NOON), "run_at", "leave it out"),
        (Fields(interval_value=3), "interval_value", "type manual has no interval_value"),
        (replace(DAILY, cron_expression="0 0 30 2 *"), "cron_expression", ""),
        (replace(DAILY, cron_expression="nonsense"), "cron_expression", ""),
        (replace(DAILY, cron_expression="0,1 0 * * *"), "cron_expression", "60 s apart"),
        (replace(DAILY, cron_expression="* * * * *"), "cron_expression", "at least 300 s"),
        (replace(HOURLY, interval_unit="seconds"), "interval_value", "at least 300 s"),
        (replace(HOURLY, interval_value=2**31 - 1), "interval_value", "ten years"),
        (replace(HOURLY, interval_value=2**31 - 1, interval_unit="days"), "interval_value", ""),
    ],
)
def test_what_is_wrong_stands_under_its_field(fields: Fields, field: str, sentence: str) -> None:
    found = problems(fields, NOON, minimum_gap=timedelta(seconds=300))
    assert list(found) == [field]
    assert sentence in found[field]
    assert found[field]


def test_the_minimum_gap_itself_is_allowed() -> None:
    five_minutes = replace(HOURLY, interval_value=5, interval_unit="minutes")
    assert problems(five_minutes, NOON, minimum_gap=5 * MINUTE) == {}
    assert problems(five_minutes, NOON, minimum_gap=5 * MINUTE + timedelta(seconds=1))
