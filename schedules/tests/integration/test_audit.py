"""The audit agrees with whatever services and beats do, and with nothing else."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from schedules import audit as audits
from schedules import db, dispatch, services
from schedules.audit import Report, audit
from schedules.models import Definition, Parking, Schedule
from schedules.tests.integration.scenes import (
    fail,
    make_due,
    park,
    pending,
    running,
    set_row,
    succeed,
    take,
)

pytestmark = pytest.mark.django_db(transaction=True)
Make = Callable[..., Schedule]
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MINUTELY = {"schedule_type": "interval", "interval_value": 1, "interval_unit": "minutes"}


def found() -> Report:
    return audit(EPOCH, None)


def go_back(schedule: Schedule, minutes: float) -> None:
    """As if all that was ever defined and recorded of it had been so much earlier."""
    back = timedelta(minutes=minutes)
    db.fetch(
        "UPDATE schedules_schedule SET next_run_at = next_run_at - %s, anchor_at = anchor_at - %s,"
        " end_at = end_at - %s, run_at = run_at - %s WHERE id = %s",
        (back, back, back, back, schedule.pk),
    )
    db.fetch(
        "UPDATE schedules_definition SET next_run_at = next_run_at - %s,"
        " anchor_at = anchor_at - %s, since = since - %s, end_at = end_at - %s,"
        " run_at = run_at - %s WHERE schedule_id = %s",
        (back, back, back, back, back, schedule.pk),
    )
    db.fetch(
        "UPDATE schedules_execution SET scheduled_for = scheduled_for - %s WHERE schedule_id = %s",
        (back, schedule.pk),
    )


def late(schedule: Schedule, minutes: float = 3.5) -> None:
    """Beats come so late that several of its occurrences are due, and do their work."""
    go_back(schedule, minutes)
    dispatch.tick()


def test_a_run_that_waits_for_a_decision_is_accounted_for(make: Make) -> None:
    schedule = make(**MINUTELY)
    late(schedule, 1.5)
    (waiting,) = schedule.executions.filter(state="pending")
    park(take(waiting.id))
    assert found().exceptions == []
    assert found().dispositions["waiting"] == 1
    Parking.objects.update(expires_at=None)
    (exception,) = found().exceptions
    assert exception.endswith("waits for a decision that nobody is asked for")


@pytest.mark.parametrize("missed", ["latest", "all", "none"])
def test_a_whole_life_adds_up(make: Make, missed: str) -> None:
    schedule = make(**MINUTELY, missed_policy=missed, overlap_policy="buffer_all")
    late(schedule)
    services.update_schedule(schedule=schedule, changes={"interval_value": 2})
    late(schedule)
    services.update_schedule(schedule=schedule, changes={"command": "say goodbye"})
    services.disable_schedule(schedule=schedule)
    go_back(schedule, 10)
    services.enable_schedule(schedule=schedule)
    go_back(schedule, 10)
    services.update_schedule(schedule=schedule, changes={"interval_value": 3})
    services.run_now(schedule=schedule)
    late(schedule)
    go_back(schedule, 10)
    services.delete_schedule(schedule=schedule)
    report = found()
    assert report.exceptions == []
    assert (report.schedules, report.definitions) == (1, 6)
    assert report.occurrences >= 10


def test_what_an_owner_lets_end_is_not_missed(make: Make) -> None:
    schedule = make(**MINUTELY, end_at=db.now() + timedelta(minutes=2.5))
    late(schedule, 30)
    schedule.refresh_from_db()
    assert schedule.next_run_at is None
    report = found()
    assert report.exceptions == []
    assert report.occurrences == 2


def test_the_last_run_allowed_ends_a_schedule_and_is_noted(make: Make) -> None:
    by_beat = make(**MINUTELY, max_runs=2, missed_policy="all", overlap_policy="allow")
    late(by_beat, 30)
    by_hand = make(**MINUTELY, max_runs=1)
    services.run_now(schedule=by_hand)
    go_back(by_hand, 30)
    report = found()
    assert report.exceptions == []
    assert report.occurrences == 2
    assert Definition.objects.filter(next_run_at=None).count() == 2


def test_more_runs_allowed_later_go_on_from_then(make: Make) -> None:
    schedule = make(**MINUTELY, max_runs=1)
    late(schedule)
    services.update_schedule(schedule=schedule, changes={"max_runs": 3})
    late(schedule)
    assert found().exceptions == []


def test_a_pause_is_noted(make: Make) -> None:
    schedule = make(**MINUTELY, pause_after_failures=1, overlap_policy="allow")
    claimed = running(schedule)
    go_back(schedule, 3.5)
    assert fail(claimed, error_type="odd")
    go_back(schedule, 30)
    report = found()
    assert report.exceptions == []
    assert report.occurrences == 3


def test_what_beats_have_not_come_to_yet_is_nobodys_loss(make: Make) -> None:
    go_back(make(**MINUTELY), 30)
    report = found()
    assert (report.exceptions, report.occurrences) == ([], 0)


def test_one_off_and_manual_schedules(make: Make) -> None:
    make(schedule_type="manual")
    once = make(schedule_type="once", run_at=db.now() + timedelta(minutes=1))
    go_back(once, 2)
    dispatch.tick()
    go_back(once, 30)
    report = found()
    assert (report.exceptions, report.dispositions["pending"]) == ([], 1)


BEHIND_ITS_BACK = {
    "UPDATE schedules_execution SET coalesced_count = coalesced_count + 50": "or never were",
    "DELETE FROM schedules_execution": "nothing accounts for",
    "UPDATE schedules_execution SET scheduled_for = scheduled_for - interval '1 second'": (
        "is of no occurrence"
    ),
    "UPDATE schedules_schedule SET next_run_at = next_run_at + interval '5 minutes'": (
        "nothing accounts for"
    ),
    "UPDATE schedules_execution SET coalesced_count = 0": "nothing accounts for",
    "DELETE FROM schedules_definition": "no definition",
    "UPDATE schedules_definition SET timezone = 'Mars/Olympus', schedule_type = 'cron',"
    " cron_expression = '* * * * *'": "cannot be computed",
}


@pytest.mark.parametrize("statement", BEHIND_ITS_BACK)
def test_what_is_changed_behind_its_back_is_found(make: Make, statement: str) -> None:
    schedule = make(**MINUTELY)
    late(schedule)
    assert found().exceptions == []
    db.fetch(statement)
    go_back(schedule, 2)
    (first, *_) = found().exceptions
    assert BEHIND_ITS_BACK[statement] in first
    assert f"schedule {schedule.pk}" in first


def test_two_rows_for_one_occurrence_are_found(make: Make) -> None:
    late(make(**MINUTELY))
    db.fetch("DROP INDEX execution_once_per_occurrence")
    try:
        db.fetch(
            "INSERT INTO schedules_execution (id, owner_id, schedule_id, command, trigger,"
            " scheduled_for) SELECT gen_random_uuid(), owner_id, schedule_id, command, trigger,"
            " scheduled_for FROM schedules_execution"
        )
        (problem,) = found().exceptions
        assert "accounts for what another one does" in problem
    finally:
        db.fetch("DELETE FROM schedules_execution")
        db.fetch(
            "CREATE UNIQUE INDEX execution_once_per_occurrence ON schedules_execution"
            " (schedule_id, scheduled_for) WHERE trigger = 'timer'"
        )


BROKEN = {
    "state = 'skipped', finished_at = now(), reason = ''": "skipped without a reason",
    "state = 'failed', finished_at = now(), error_type = ''": "failed without an error",
    "state = 'pending', publish_at = NULL, not_before = now()": "nobody will be told",
    "state = 'pending', not_before = NULL, publish_at = NULL": "behind a run that is not there",
    "state = 'success', finished_at = now(), attempt = 3": "no record of its attempt 3",
}


@pytest.mark.parametrize("assignments", BROKEN)
def test_rows_that_contradict_themselves_are_found(schedule: Schedule, assignments: str) -> None:
    execution = pending(schedule)
    db.fetch(f"UPDATE schedules_execution SET {assignments}")
    (problem,) = found().exceptions
    assert BROKEN[assignments] in problem
    assert str(execution.id) in problem


def test_an_end_that_the_last_attempt_contradicts_is_found(schedule: Schedule) -> None:
    claimed = running(schedule)
    succeed(claimed)
    assert found().exceptions == []
    set_row(claimed.id, state="'failed'", error_type="'odd'")
    (problem,) = found().exceptions
    assert "its last attempt ended as success" in problem


def test_statements_do_not_grow_with_what_there_is(make: Make, settings: Settings) -> None:
    settings.MAX_SCHEDULES_PER_OWNER = 100

    def statements() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert found().exceptions == []
        return len(captured)

    late(make(**MINUTELY))
    few = statements()
    for _ in range(20):
        late(make(**MINUTELY, missed_policy="all", overlap_policy="allow"), 10.5)
    assert statements() == few


def test_what_was_deleted_before_the_history_began_is_counted_apart(make: Make) -> None:
    schedule = make(**MINUTELY)
    late(schedule)
    services.delete_schedule(schedule=schedule)
    db.fetch("UPDATE schedules_execution SET former_schedule_id = NULL")
    db.fetch("DELETE FROM schedules_definition")
    report = found()
    assert (report.exceptions, report.dispositions) == ([], {"before the history": 1})


def test_what_is_due_and_waits_for_a_beat_is_counted(make: Make) -> None:
    make_due(make(), seconds=60)
    assert found().overdue == 1


def test_long_computations_outlast_the_idle_timeout(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    late(make(**MINUTELY))
    reconcile = audits.reconcile

    def slow(*args: Any) -> Any:
        assert db.fetch("SHOW idle_in_transaction_session_timeout") == [("0",)]
        return reconcile(*args)

    monkeypatch.setattr(audits, "reconcile", slow)
    assert found().exceptions == []
    assert db.fetch("SHOW idle_in_transaction_session_timeout") != [("0",)]


def test_a_deleted_owner_leaves_nothing_to_audit(make: Make, owner: User) -> None:
    make_due(make())
    owner.delete()
    assert not Definition.objects.exists()
    assert found().schedules == 0
