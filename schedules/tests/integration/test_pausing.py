"""A schedule that keeps failing is switched off, says why, and its owner is told."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django_celery_beat.models import PeriodicTask
from pytest_django import Settings

from agents.records import Finished
from scheduler_project.versions import Stale, tag
from schedules import conclusions, db, dispatch, outcomes, recover, services
from schedules.models import Notification, Schedule
from schedules.tests.integration.connections import OtherConnection, keeps_trying
from schedules.tests.integration.scenes import (
    fail,
    make_due,
    pending,
    row,
    running,
    set_row,
    states,
    succeed,
)

pytestmark = pytest.mark.django_db(transaction=True)
Make = Callable[..., Schedule]


def is_paused(schedule: Schedule) -> bool:
    schedule.refresh_from_db()
    assert schedule.enabled == (schedule.next_run_at is not None)
    assert schedule.enabled == PeriodicTask.objects.get(pk=schedule.periodic_task_id).enabled
    return not schedule.enabled


def test_it_is_switched_off_at_the_last_failure_allowed_with_the_reason(make: Make) -> None:
    schedule = make(pause_after_failures=3, name="nightly")
    for _ in range(2):
        assert fail(running(schedule))
        assert not is_paused(schedule)
    assert fail(running(schedule))
    assert is_paused(schedule)
    assert "its last 3 runs failed" in schedule.note
    (told,) = Notification.objects.all()
    assert (told.owner_id, told.schedule_id, told.kind) == (
        *(schedule.owner_id, schedule.id),
        "schedule_paused",
    )
    assert told.message == f'"nightly": {schedule.note}'


def test_an_edit_of_what_was_read_before_does_not_switch_it_on_again(make: Make) -> None:
    schedule = make(pause_after_failures=1)
    read = frozenset({tag(schedule.updated_at)})
    assert fail(running(schedule))
    with pytest.raises(Stale):
        services.update_schedule(schedule=schedule, changes={"enabled": True}, versions=read)
    assert is_paused(schedule)


def test_runs_change_no_version(make: Make) -> None:
    schedule = make(pause_after_failures=2)
    read = schedule.updated_at
    assert fail(running(schedule))
    schedule.refresh_from_db()
    assert schedule.updated_at == read


def test_a_success_starts_the_count_anew(make: Make) -> None:
    schedule = make(pause_after_failures=2)
    for outcome in (fail, succeed, fail):
        assert outcome(running(schedule))
    assert not is_paused(schedule)


def test_an_attempt_that_is_tried_again_is_no_failed_run(make: Make) -> None:
    schedule = make(pause_after_failures=1, max_attempts=2, retry_backoff_seconds=0)
    claimed = running(schedule)
    assert fail(claimed)
    assert row(claimed.id).state == "pending"
    assert not is_paused(schedule)


@pytest.mark.parametrize("after", [0, 10])
def test_zero_never_pauses(make: Make, after: int) -> None:
    schedule = make(pause_after_failures=after)
    for _ in range(4):
        assert fail(running(schedule))
    assert not is_paused(schedule)


def test_switched_on_again_it_counts_from_nothing(make: Make) -> None:
    schedule = make(pause_after_failures=1)
    assert fail(running(schedule))
    assert is_paused(schedule)
    services.enable_schedule(schedule=schedule)
    assert not is_paused(schedule)
    assert (schedule.note, schedule.consecutive_failures) == ("", 0)


def test_what_was_due_is_accounted_for_and_what_waits_is_cancelled(make: Make) -> None:
    schedule = make(pause_after_failures=1, overlap_policy="buffer_all")
    claimed, waiting = running(schedule), pending(schedule)
    make_due(schedule)
    assert fail(claimed)
    assert is_paused(schedule)
    assert sorted(states(schedule)) == ["cancelled", "cancelled", "failed"]
    assert "paused" in row(waiting.id).reason


def test_a_run_that_goes_on_may_finish(make: Make) -> None:
    schedule = make(pause_after_failures=1, overlap_policy="allow")
    other, failing = running(schedule), running(schedule)
    assert fail(failing)
    assert is_paused(schedule)
    assert succeed(other)
    assert row(other.id).state == "success"
    assert is_paused(schedule)


def test_one_that_is_off_already_keeps_its_owners_note(make: Make) -> None:
    schedule = make(pause_after_failures=1)
    claimed = running(schedule)
    services.disable_schedule(schedule=schedule, note="on holiday")
    assert fail(claimed)
    schedule.refresh_from_db()
    assert schedule.note == "on holiday"
    assert not Notification.objects.exists()


def test_a_run_that_is_cancelled_pauses_nothing(make: Make) -> None:
    schedule = make(pause_after_failures=10)
    assert fail(running(schedule))
    services.update_schedule(schedule=schedule, changes={"pause_after_failures": 1})
    claimed = running(schedule)
    services.cancel_execution(execution=row(claimed.id))
    assert fail(claimed)
    assert row(claimed.id).state in {"cancelled", "failed"}
    assert is_paused(schedule) == (row(claimed.id).state == "failed")


def test_what_runs_is_not_cancelled_by_what_was_due_at_the_pause(make: Make) -> None:
    schedule = make(pause_after_failures=1, overlap_policy="allow")
    going_on, failing = running(schedule), running(schedule)
    services.update_schedule(schedule=schedule, changes={"overlap_policy": "cancel_other"})
    make_due(schedule)
    assert fail(failing)
    assert is_paused(schedule)
    assert row(going_on.id).cancel_requested_at is None


def test_lost_workers_count_as_failures(make: Make) -> None:
    schedule = make(pause_after_failures=1)
    set_row(running(schedule).id, lease_until="now() - interval '1 second'")
    assert recover.recover() == 1
    assert is_paused(schedule)


def test_a_beat_that_is_at_the_schedule_is_waited_for(make: Make, other: OtherConnection) -> None:
    schedule = make(pause_after_failures=1, overlap_policy="allow")
    claimed = running(schedule)
    make_due(schedule)
    other.begin()
    assert other.run(dispatch.tick) == 1
    finishing = OtherConnection()
    result = finishing.start(fail, claimed)
    assert keeps_trying(result)
    other.commit()
    assert result.result(10)
    finishing.close()
    assert is_paused(schedule)
    assert sorted(states(schedule)) == ["cancelled", "failed"]


def test_statements_do_not_grow_with_the_number_that_is_paused(
    make: Make, settings: Settings
) -> None:
    settings.MAX_SCHEDULES_PER_OWNER = 1000

    def pause(count: int) -> int:
        schedules = [make(pause_after_failures=1) for _ in range(count)]
        claims = [running(schedule) for schedule in schedules]
        failed = [
            conclusions.failed(claimed, Finished(claimed.agent_task_id, "failed"), retryable=False)
            for claimed in claims
            if claimed.agent_task_id
        ]
        db.fetch("UPDATE schedules_schedule SET next_run_at = now() WHERE enabled")
        with CaptureQueriesContext(
            connection,
        ) as statements:
            assert len(outcomes.finish(failed)) == count
        assert all(is_paused(schedule) for schedule in schedules)
        return len(statements)

    assert pause(2) == pause(40)


def test_one_whose_times_cannot_be_computed_is_told_of_too(schedule: Schedule) -> None:
    make_due(schedule)
    db.fetch(
        "UPDATE schedules_schedule SET schedule_type = 'cron', cron_expression = '* * * * *',"
        " interval_value = NULL, interval_unit = '', timezone = 'Mars/Olympus'"
    )
    assert dispatch.tick() == 1
    assert is_paused(schedule)
    assert "cannot be computed" in Notification.objects.get().message
