"""The PeriodicTask of a schedule: derived, in step with it, gone with it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db.models import ProtectedError
from django_celery_beat.models import PeriodicTask, PeriodicTasks

from schedules import broker, db, dispatch, services
from schedules.models import Schedule
from schedules.tests.integration.scenes import make_due, running

pytestmark = pytest.mark.django_db(transaction=True)
Make = Callable[..., Schedule]


def derived(schedule: Schedule) -> PeriodicTask:
    return PeriodicTask.objects.get(pk=schedule.periodic_task_id)


def cron(expression: str, **more: Any) -> dict[str, Any]:
    return {"schedule_type": "cron", "cron_expression": expression} | more


def test_it_says_whose_it_is_and_what_is_sent(make: Make) -> None:
    start = db.now() + timedelta(hours=1)
    end = start + timedelta(days=3)
    schedule = make(name="report", start_at=start, end_at=end)
    row = derived(schedule)
    assert row.name == f"scheduled command {schedule.pk}: report"
    assert (row.task, row.enabled, row.one_off) == (broker.TASK, True, False)
    assert (row.start_time, row.expires) == (start, end)
    assert row.description.startswith("Derived from a scheduled command; change it there.")


def test_an_interval(make: Make) -> None:
    row = derived(make())
    assert (row.interval.every, row.interval.period) == (1, "hours")
    assert row.crontab is row.clocked is None


def test_a_crontab(make: Make) -> None:
    row = derived(make(**cron("30 7 * * MON-FRI", timezone="Europe/Berlin")))
    fields = (row.crontab.minute, row.crontab.hour, row.crontab.day_of_month)
    assert fields == ("30", "7", "*")
    assert row.crontab.day_of_week.lower() in ("mon-fri", "1-5")
    assert str(row.crontab.timezone) == "Europe/Berlin"
    assert row.interval is row.clocked is None


def test_a_one_off(make: Make) -> None:
    run_at = datetime(2190, 1, 1, tzinfo=UTC)
    row = derived(make(schedule_type="once", run_at=run_at))
    assert (row.clocked.clocked_time, row.one_off) == (run_at, True)


def test_one_that_is_started_by_hand_is_never_enabled(make: Make) -> None:
    row = derived(make(schedule_type="manual"))
    assert row.enabled is False
    assert "Started by hand" in row.description


@pytest.mark.parametrize(
    "expression", ["0 0 L * *", "0 9 * * MON#2", "0 9 * * FRIL", "0 0 * * 1," + "2," * 40 + "3"]
)
def test_what_celery_cannot_say_is_told_in_the_description(make: Make, expression: str) -> None:
    row = derived(make(**cron(expression)))
    assert (row.interval.every, row.interval.period, row.crontab) == (1, "minutes", None)
    assert f"cannot say {expression}" in row.description


def test_it_follows_every_change(make: Make) -> None:
    schedule = make()
    services.update_schedule(
        schedule=schedule, changes=cron("0 7 * * *", name="new name", timezone="Asia/Tokyo")
    )
    row = derived(schedule)
    assert row.name.endswith(": new name")
    assert (row.interval, row.crontab.hour) == (None, "7")
    services.disable_schedule(schedule=schedule)
    assert derived(schedule).enabled is False
    services.enable_schedule(schedule=schedule)
    assert derived(schedule).enabled is True
    assert PeriodicTask.objects.count() == 1


def test_schedules_share_what_they_have_in_common(make: Make) -> None:
    first, second = derived(make()), derived(make())
    assert first.interval_id == second.interval_id
    assert first.pk != second.pk


def test_it_goes_with_its_schedule(make: Make) -> None:
    kept, schedule = make(), make()
    services.delete_schedule(schedule=schedule)
    assert list(PeriodicTask.objects.all()) == [derived(kept)]


def test_it_goes_with_its_schedules_owner(make: Make, owner: User) -> None:
    schedule = make()
    running(schedule)
    make_due(schedule)
    dispatch.tick()
    owner.delete()
    assert not Schedule.objects.exists()
    assert not PeriodicTask.objects.exists()


def test_it_cannot_be_deleted_under_its_schedule(make: Make) -> None:
    row = derived(make())
    with pytest.raises(ProtectedError):
        row.delete()


def test_no_write_makes_a_stock_beat_load_its_whole_table_again(make: Make) -> None:
    before = PeriodicTasks.last_change()
    schedule = make()
    services.update_schedule(schedule=schedule, changes={"interval_value": 2})
    make_due(schedule)
    dispatch.tick()
    services.disable_schedule(schedule=schedule)
    services.delete_schedule(schedule=schedule)
    assert PeriodicTasks.last_change() == before
