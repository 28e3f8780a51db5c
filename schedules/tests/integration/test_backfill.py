"""Runs for planned times that have passed: which, how they start, what bounds them."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from pytest_django import Settings

from scheduler_project.errors import Conflict
from schedules import claims, services
from schedules.models import Execution, Schedule
from schedules.services.backfilling import Backfill
from schedules.tests.integration.connections import TIMEOUT, OtherConnection, somebody_waits
from schedules.tests.integration.money import limit, spent
from schedules.tests.integration.scenes import clear_queue, pending, queued, row, running, set_row

pytestmark = pytest.mark.django_db(transaction=True)
Make = Callable[..., Schedule]
# Of which day does not matter: it has passed.
DAY = datetime(2026, 3, 2, tzinfo=UTC)


def hours(schedule: Schedule, first: int, last: int) -> Backfill:
    """A backfill of an hourly schedule, from one hour of the day to another, both included."""
    since, until = DAY + timedelta(hours=first), DAY + timedelta(hours=last)
    return services.backfill(schedule=schedule, since=since, until=until)


@pytest.fixture
def hourly(make: Make) -> Schedule:
    return make(schedule_type="cron", cron_expression="0 * * * *")


def made(backfill: Backfill) -> list[Execution]:
    return [row(each) for each in backfill.executions]


def test_each_planned_time_between_both_ends_is_run(hourly: Schedule) -> None:
    before = hourly.next_run_at
    backfill = hours(hourly, 3, 5)
    rows = made(backfill)
    assert [each.scheduled_for.hour for each in rows] == [3, 4, 5]
    assert {(each.trigger, each.state) for each in rows} == {("backfill", "pending")}
    assert backfill.left_out == 0
    hourly.refresh_from_db()
    assert (hourly.run_count, hourly.next_run_at) == (3, before)


def test_where_runs_may_not_be_beside_each_other_they_wait(hourly: Schedule) -> None:
    first, *later = made(hours(hourly, 3, 5))
    assert queued() == [str(first.id)]
    assert first.not_before is not None
    assert [each.not_before for each in later] == [None, None]


def test_behind_a_run_that_goes_on_all_wait_and_it_is_left_alone(make: Make) -> None:
    schedule = make(
        schedule_type="cron", cron_expression="0 * * * *", overlap_policy="cancel_other"
    )
    going_on = running(schedule)
    clear_queue()
    assert [each.not_before for each in made(hours(schedule, 3, 4))] == [None, None]
    assert queued() == []
    assert row(going_on.id).cancel_requested_at is None


def test_where_they_may_they_start_a_pace_apart(make: Make, settings: Settings) -> None:
    settings.CATCH_UP_PACE_SECONDS = 7
    schedule = make(schedule_type="cron", cron_expression="0 * * * *", overlap_policy="allow")
    rows = made(hours(schedule, 3, 5))
    starts = [each.not_before for each in rows if each.not_before]
    assert [at - starts[0] for at in starts] == [timedelta(seconds=s) for s in (0, 7, 14)]
    assert queued() == [str(rows[0].id)]
    assert [each.publish_at == each.not_before for each in rows] == [False, True, True]


@pytest.mark.parametrize("state", ["success", "failed"])
def test_what_has_run_is_left_out(hourly: Schedule, state: str) -> None:
    (there,) = hours(hourly, 4, 4).executions
    set_row(there, state=f"'{state}'", finished_at="now()", publish_at="NULL")
    again = hours(hourly, 3, 5)
    assert [each.scheduled_for.hour for each in made(again)] == [3, 5]
    assert again.left_out == 1


def test_what_is_about_to_run_is_left_out(hourly: Schedule) -> None:
    hours(hourly, 3, 5)
    assert hours(hourly, 3, 5) == Backfill([], 3)


def test_what_the_timer_has_run_is_left_out(hourly: Schedule) -> None:
    at = f"'{DAY + timedelta(hours=4)}'"
    set_row(pending(hourly).id, trigger="'timer'", scheduled_for=at)
    assert [each.scheduled_for.hour for each in made(hours(hourly, 3, 5))] == [3, 5]


@pytest.mark.parametrize("state", ["missed", "skipped", "cancelled"])
def test_what_has_not_run_is_run(hourly: Schedule, state: str) -> None:
    at = f"'{DAY + timedelta(hours=4)}'"
    facts = {"state": f"'{state}'", "finished_at": "now()", "publish_at": "NULL"}
    set_row(pending(hourly).id, trigger="'timer'", scheduled_for=at, **facts)
    assert [each.scheduled_for.hour for each in made(hours(hourly, 4, 4))] == [4]


def test_two_at_once_run_nothing_twice(
    hourly: Schedule, connect: Callable[[], OtherConnection]
) -> None:
    first, second = connect(), connect()
    first.begin()
    assert len(first.run(hours, hourly, 3, 6).executions) == 4
    waiting = second.start(hours, hourly, 3, 6)
    assert somebody_waits()
    first.commit()
    assert waiting.result(TIMEOUT) == Backfill([], 4)


def test_the_start_and_the_end_of_the_schedule_count(make: Make) -> None:
    schedule = make(
        schedule_type="cron", cron_expression="0 * * * *", start_at=DAY + timedelta(hours=4)
    )
    assert [each.scheduled_for.hour for each in made(hours(schedule, 0, 5))] == [4, 5]
    ended = make(schedule_type="cron", cron_expression="0 * * * *")
    Schedule.objects.filter(pk=ended.pk).update(end_at=DAY + timedelta(hours=2))
    assert [each.scheduled_for.hour for each in made(hours(ended, 1, 5))] == [1, 2]


def test_max_runs_counts_and_ends_the_schedule(make: Make) -> None:
    schedule = make(schedule_type="cron", cron_expression="0 * * * *", max_runs=2)
    backfill = hours(schedule, 3, 6)
    assert [each.scheduled_for.hour for each in made(backfill)] == [3, 4]
    assert backfill.left_out == 2
    schedule.refresh_from_db()
    assert (schedule.run_count, schedule.next_run_at) == (2, None)
    with pytest.raises(Conflict, match="All 2 runs"):
        hours(schedule, 5, 6)


def test_a_budget_that_is_spent_skips_them(hourly: Schedule) -> None:
    limit(hourly, 10)
    spent(hourly, input_tokens=10)
    (run,) = hours(hourly, 3, 3).executions

    assert claims.claim([run], "worker-a") == []
    assert row(run).state == "skipped"


@pytest.mark.parametrize(
    ("since", "until", "field"),
    [
        (DAY, DAY - timedelta(hours=1), "until"),
        (DAY, datetime(2100, 1, 1, tzinfo=UTC), "until"),
        (datetime.min.replace(tzinfo=UTC), DAY, "since"),
        (DAY + timedelta(minutes=1), DAY + timedelta(minutes=59), "since"),
        (DAY, DAY + timedelta(hours=4), "until"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(
    hourly: Schedule, settings: Settings, since: datetime, until: datetime, field: str
) -> None:
    settings.MAX_BACKFILL_RUNS = 4
    with pytest.raises(ValidationError) as refused:
        services.backfill(schedule=hourly, since=since, until=until)
    assert list(refused.value.message_dict) == [field]
    assert not hourly.executions.exists()


def test_nothing_is_recorded_while_everything_is_stopped(hourly: Schedule) -> None:
    services.stop(owner=hourly.owner, by="ann")
    with pytest.raises(Conflict, match="stopped"):
        hours(hourly, 3, 5)


def test_one_that_is_started_by_hand_has_no_planned_times(make: Make) -> None:
    with pytest.raises(Conflict, match="run it now"):
        hours(make(schedule_type="manual"), 3, 5)


def test_the_number_of_statements_does_not_grow(
    make: Make, django_assert_max_num_queries: Any
) -> None:
    few, many = (make(schedule_type="cron", cron_expression="0 * * * *") for _ in range(2))
    with django_assert_max_num_queries(40) as counted:
        hours(few, 0, 1)
    with django_assert_max_num_queries(len(counted)):
        hours(many, 0, 100)


def test_all_that_has_not_ended_is_cancelled_together(hourly: Schedule) -> None:
    going_on = running(hourly)
    waiting = hours(hourly, 3, 4).executions
    assert services.cancel_runs(schedule=hourly) == 3
    assert [row(each).state for each in waiting] == ["cancelled", "cancelled"]
    assert row(going_on.id).cancel_requested_at is not None
