"""The next runs in words, and the changes of the clocks between them."""

from datetime import UTC, datetime, timedelta

from console.planned_runs import planned_runs
from schedules.timing import cron


def test_changes_of_the_clocks_are_told_before_the_run_that_they_move() -> None:
    daily = cron("30 7 * * *", "Europe/Berlin")
    now = datetime(2026, 3, 27, 12, tzinfo=UTC)
    times = [now]
    for _ in range(3):
        found = daily.next_after(times[-1])
        assert found is not None
        times.append(found)
    runs = planned_runs(now, times[1:], "Europe/Berlin")
    assert [run.said for run in runs] == [
        "Sat 28 Mar 2026, 07:30",
        "Sun 29 Mar 2026, 07:30",
        "Mon 30 Mar 2026, 07:30",
    ]
    assert [run.utc[-5:] for run in runs] == ["06:30", "05:30", "05:30"]
    assert [run.change for run in runs] == [
        "",
        "The clocks go forward by 1 h before this run",
        "",
    ]


def test_the_first_is_compared_with_now() -> None:
    now = datetime(2026, 10, 24, 12, tzinfo=UTC)
    (run,) = planned_runs(now, [now + timedelta(days=2)], "Europe/Berlin")
    assert run.change == "The clocks go back by 1 h before this run"
    assert run.left == timedelta(days=2)


def test_half_an_hour_at_lord_howe() -> None:
    now = datetime(2026, 4, 1, tzinfo=UTC)
    (run,) = planned_runs(now, [now + timedelta(days=10)], "Australia/Lord_Howe")
    assert run.change == "The clocks go back by 30 min before this run"
