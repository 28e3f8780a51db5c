"""Webhooks of owners with schedules: what they are told of, and what becomes of them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError

from hooks import claims, results
from hooks import services as hooks
from hooks.models import Delivery, Hook
from hooks.tests.scenes import delivered, hook_of, outbox
from schedules import db, services
from schedules.models import Execution, Notification, Schedule
from schedules.tests.integration.scenes import pending, running, succeed
from schedules.times import duration

pytestmark = pytest.mark.django_db(transaction=True)
Make = Callable[..., Schedule]


def sent() -> dict[str, Any]:
    """What would be sent now, by event."""
    return {claimed.event: claimed.data for claimed in claims.take(100)}


def test_the_end_of_a_run_comes_with_its_facts(schedule: Schedule, owner: User) -> None:
    hook_of(owner, events=["execution.*"])
    claimed = running(schedule)
    assert succeed(claimed)
    told = sent()
    assert set(told) == {"execution.pending", "execution.running", "execution.success"}
    assert "scheduled_for" not in told["execution.running"]
    execution, end = Execution.objects.get(), told["execution.success"]
    assert (end["execution"], end["schedule"]) == (str(claimed.id), schedule.pk)
    assert datetime.fromisoformat(end["scheduled_for"]) == execution.scheduled_for
    assert datetime.fromisoformat(end["finished_at"]) == execution.finished_at
    assert end["duration_seconds"] == pytest.approx(
        duration(execution).total_seconds(),  # type: ignore[union-attr]
        abs=0.001,
    )
    assert (end["input_tokens"], end["output_tokens"]) == (
        execution.input_tokens,
        execution.output_tokens,
    )
    assert (end["cost"], end["error_type"]) == ("0.000000", "")
    assert end["result_summary"] == execution.result_summary


def test_of_a_run_that_is_gone_there_is_less_to_say(schedule: Schedule, owner: User) -> None:
    hook_of(owner, events=["execution.success"])
    assert succeed(running(schedule))
    Execution.objects.all().delete()
    assert "execution" in sent()["execution.success"]


def test_one_of_a_schedule(make: Make, owner: User) -> None:
    schedule, other = make(), make()
    hook = hook_of(owner, events=["execution.*"], schedule_id=schedule.pk)
    for each in (schedule, other):
        pending(each)
    (delivery,) = Delivery.objects.filter(hook=hook)
    assert delivery.data["schedule"] == schedule.pk


def test_not_of_somebody_elses_schedule(schedule: Schedule) -> None:
    eve = User.objects.create(username="eve")
    with pytest.raises(ValidationError, match="no schedule with the id"):
        hook_of(eve, schedule_id=schedule.pk)


def test_one_of_a_schedule_hears_of_its_deletion_and_can_be_edited(
    schedule: Schedule, owner: User
) -> None:
    hook = hook_of(owner, events=["schedule.deleted"], schedule_id=schedule.pk)
    services.delete_schedule(schedule=schedule)
    assert outbox(hook) == ["schedule.deleted"]
    assert not hooks.update_hook(hook=hook, changes={"enabled": False}).enabled


@pytest.mark.parametrize("by_sql", [True, False])
def test_an_owner_with_schedules_who_goes(make: Make, owner: User, by_sql: bool) -> None:
    for schedule in (make(), make()):
        succeed(running(schedule))
        pending(schedule)
    hook = hook_of(owner)
    pending(make())
    assert outbox(hook)
    if by_sql:
        db.fetch("DELETE FROM schedules_schedule WHERE owner_id = %s", (owner.pk,))
        db.fetch("TRUNCATE schedules_attempt, agents_agenttask CASCADE")
        db.fetch("DELETE FROM agents_agent WHERE owner_id = %s", (owner.pk,))
        db.fetch("DELETE FROM auth_user WHERE id = %s", (owner.pk,))
    else:
        owner.delete()
    assert not Hook.objects.exists()
    assert not Delivery.objects.exists()


def test_who_is_switched_off_is_told(schedule: Schedule, owner: User) -> None:
    hook_of(owner, events=["schedule.updated"])
    services.update_schedule(schedule=schedule, changes={"command": "say goodbye"})
    gone = [replace(delivered(each), error="gone", gone=True) for each in claims.take(10)]
    results.record(gone)
    notification = owner.notifications.get()
    assert notification.kind == Notification.Kind.HOOK_DISABLED
