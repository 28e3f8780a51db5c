"""A plain task is judged at the time that it is told, just as the stock entry does by its clock."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django_celery_beat.models import (
    ClockedSchedule,
    CrontabSchedule,
    IntervalSchedule,
    PeriodicTask,
    SolarSchedule,
)
from django_celery_beat.schedulers import ModelEntry
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler_project.celery import app
from schedules.plain_entry import LONGEST_FORECAST, judge

NOW = datetime(2026, 3, 28, 12, 0, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe")

fields = {
    "minute": st.sampled_from(["*", "0", "*/7", "59", "0,30"]),
    "hour": st.sampled_from(["*", "0", "2", "*/5", "12"]),
    "day_of_month": st.sampled_from(["*", "1", "28-30"]),
    "month_of_year": st.sampled_from(["*", "3", "4-10"]),
    "day_of_week": st.sampled_from(["*", "0", "mon-fri"]),
    "timezone": st.sampled_from(ZONES),
}
intervals = st.builds(
    IntervalSchedule, every=st.integers(1, 90), period=st.sampled_from(["seconds", "minutes"])
)
solars = st.builds(
    SolarSchedule,
    event=st.sampled_from(["sunrise", "sunset", "dawn_civil"]),
    latitude=st.floats(-50, 50),
    longitude=st.floats(-179, 179),
)
near = st.builds(
    lambda seconds: NOW + timedelta(seconds=seconds), st.integers(-3 * 86400, 3 * 86400)
)
timings = st.one_of(
    st.fixed_dictionaries({"interval": intervals}),
    st.fixed_dictionaries({"crontab": st.builds(CrontabSchedule, **fields)}),
    st.fixed_dictionaries({"clocked": st.builds(ClockedSchedule, clocked_time=near)}),
    st.fixed_dictionaries({"solar": solars}),
)
others = st.fixed_dictionaries(
    {},
    optional={
        "last_run_at": near,
        "start_time": near,
        "expires": near,
        "one_off": st.booleans(),
        "total_run_count": st.integers(0, 2),
    },
)


def task(**values: Any) -> PeriodicTask:
    return PeriodicTask(
        **({"name": "plain", "task": "work", "date_changed": NOW - DAY, "enabled": True} | values)
    )


def as_stock(model: PeriodicTask, now: datetime) -> tuple[ModelEntry, bool, float]:
    """The stock entry's own words, with its clock held at `now`."""
    model.save = lambda: None
    with time_machine.travel(now, tick=False):
        entry = ModelEntry(model, app=app)
        is_due, seconds = entry.is_due()
    return entry, is_due, seconds


@settings(max_examples=300)
@given(timings, others, near)
def test_it_says_what_the_stock_entry_says(
    timing: dict[str, Any], other: dict[str, Any], now: datetime
) -> None:
    entry, is_due, seconds = as_stock(stock := task(**timing, **other), now)
    found = judge(ours := task(**timing, **other), app, now)
    assert (found.is_due, found.disabled) == (is_due, not stock.enabled)
    assert (ours.enabled, ours.total_run_count) == (stock.enabled, stock.total_run_count)
    assert found.entry.options == entry.options
    wait = timedelta(seconds=max(seconds, 0))
    assert found.wait == (wait if "clocked" in timing else min(wait, LONGEST_FORECAST))


def test_it_goes_by_the_time_that_it_is_told_and_by_no_other_clock() -> None:
    every_hour = IntervalSchedule(every=1, period="hours")
    with time_machine.travel(NOW + 500 * DAY):
        found = judge(task(interval=every_hour, last_run_at=NOW - 20 * MINUTE), app, NOW)
    assert (found.is_due, found.wait) == (False, 40 * MINUTE)


def test_what_is_sent_is_what_the_row_says() -> None:
    row = task(
        interval=IntervalSchedule(every=1, period="hours"),
        args='["a", 1]',
        kwargs='{"b": null}',
        queue="slow",
        priority=3,
        expire_seconds=90,
        headers='{"trace": "x"}',
    )
    entry = judge(row, app, NOW).entry
    assert (entry.task, entry.args, entry.kwargs) == ("work", ["a", 1], {"b": None})
    assert entry.options == {
        "queue": "slow",
        "priority": 3,
        "expires": NOW + timedelta(seconds=90),
        "headers": {"trace": "x", "periodic_task_name": "plain"},
    }


def test_what_is_not_due_for_long_is_asked_again_within_the_hour() -> None:
    nightly = CrontabSchedule(minute="30", hour="3")
    assert judge(task(crontab=nightly, last_run_at=NOW), app, NOW).wait == LONGEST_FORECAST


def test_one_that_has_expired_is_switched_off_and_not_sent() -> None:
    found = judge(task(interval=IntervalSchedule(every=1, period="seconds"), expires=NOW), app, NOW)
    assert (found.is_due, found.disabled) == (False, True)


def test_one_that_runs_once_is_switched_off_after_that() -> None:
    at_noon = ClockedSchedule(clocked_time=NOW)
    before = judge(task(clocked=at_noon, one_off=True), app, NOW - MINUTE)
    assert (before.is_due, before.disabled, before.wait) == (False, False, MINUTE)
    assert judge(task(clocked=at_noon, one_off=True), app, NOW).is_due
    after = judge(task(clocked=at_noon, one_off=True, total_run_count=1), app, NOW)
    assert (after.is_due, after.disabled) == (False, True)


@pytest.mark.parametrize(
    "broken",
    [
        lambda: task(crontab=CrontabSchedule(minute="61"), last_run_at=NOW),
        lambda: task(interval=IntervalSchedule(every=1, period="hours"), headers="{"),
        lambda: task(),
    ],
)
def test_one_that_cannot_be_read_raises(broken: Callable[[], PeriodicTask]) -> None:
    with pytest.raises(Exception):  # noqa: B017, PT011
        judge(broken(), app, NOW)
