"""Switched off and on again."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from schedules import db, dispatch, services
from schedules.models import Schedule
from schedules.tests.integration.scenes import (
    fail,
    pending,
    row,
    running,
    states,
    succeed,
)

pytestmark = pytest.mark.django_db(transaction=True)
Make = Callable[..., Schedule]
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def update(schedule: Schedule, **changes: object) -> Schedule:
    return services.update_schedule(schedule=schedule, changes=changes)


def test_what_is_created_switched_off_is_not_due(make: Make) -> None:
    assert make(enabled=False).next_run_at is None


def test_switching_off_and_on_again_keeps_the_phase(schedule: Schedule) -> None:
    before = schedule.next_run_at
    services.disable_schedule(schedule=schedule)
    assert services.enable_schedule(schedule=schedule).next_run_at == before


def test_what_would_have_been_due_while_switched_off_is_not_made_up_for(make: Make) -> None:
    schedule = make(missed_policy="all")
    services.disable_schedule(schedule=schedule)
    Schedule.objects.update(anchor_at=db.now() - 5 * HOUR - timedelta(minutes=1))
    enabled = services.enable_schedule(schedule=schedule)
    assert enabled.next_run_at is not None
    assert timedelta(0) < enabled.next_run_at - db.now() < HOUR
    assert (dispatch.tick(), states(schedule)) == (0, [])


@pytest.mark.parametrize("switch", ["disable", "update"])
def test_switching_off_cancels_what_waits_and_spares_what_runs(make: Make, switch: str) -> None:
    schedule = make(overlap_policy="buffer_all")
    claimed, held = running(schedule), pending(schedule)
    if switch == "disable":
        off = services.disable_schedule(schedule=schedule, note="Holidays.")
    else:
        off = update(schedule, enabled=False)
    assert (off.enabled, off.next_run_at) == (False, None)
    assert (row(held.id).state, row(held.id).reason) == ("cancelled", "the schedule was disabled")
    assert row(claimed.id).cancel_requested_at is None
    assert succeed(claimed)


def test_the_note_says_why_until_it_is_switched_on_again(schedule: Schedule) -> None:
    assert services.disable_schedule(schedule=schedule, note="Holidays.").note == "Holidays."
    assert services.disable_schedule(schedule=schedule).note == "Holidays."
    assert services.disable_schedule(schedule=schedule, note="Moved.").note == "Moved."
    assert services.enable_schedule(schedule=schedule).note == ""
    services.disable_schedule(schedule=schedule, note="Again.")
    assert update(schedule, enabled=True).note == ""


@pytest.mark.parametrize("note", ["a\x00b", "\ud800", "x" * 501])
def test_a_note_that_cannot_be_stored_is_refused(schedule: Schedule, note: str) -> None:
    with pytest.raises(ValidationError) as refused:
        services.disable_schedule(schedule=schedule, note=note)
    assert list(refused.value.message_dict) == ["note"]
    schedule.refresh_from_db()
    assert schedule.enabled


def test_switching_is_idempotent(schedule: Schedule) -> None:
    before = services.enable_schedule(schedule=schedule)
    assert services.enable_schedule(schedule=schedule).next_run_at == before.next_run_at
    for _ in range(2):
        assert not services.disable_schedule(schedule=schedule).enabled


def test_switching_on_forgets_the_failures_before(schedule: Schedule) -> None:
    fail(running(schedule))
    services.disable_schedule(schedule=schedule)
    assert services.enable_schedule(schedule=schedule).consecutive_failures == 0


def test_what_has_no_occurrence_left_cannot_be_switched_on(make: Make) -> None:
    schedule = make(schedule_type="once", run_at=db.now() + HOUR)
    services.disable_schedule(schedule=schedule)
    Schedule.objects.update(run_at=db.now() - HOUR)
    with pytest.raises(ValidationError, match="run_at is in the past"):
        services.enable_schedule(schedule=schedule)


def test_what_is_switched_off_can_still_be_run_by_hand(schedule: Schedule) -> None:
    services.disable_schedule(schedule=schedule)
    assert pending(schedule).state == "pending"
    schedule.refresh_from_db()
    assert (schedule.enabled, schedule.next_run_at) == (False, None)
