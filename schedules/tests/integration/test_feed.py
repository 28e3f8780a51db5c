"""Each change of a schedule or an execution is on its owner's feed, once that is committed."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.db import transaction

from feed.events import EVENTS, EXECUTIONS, NOTIFICATIONS
from feed.models import Change
from schedules import claims, db, dispatch, services
from schedules.models import Notification, Schedule
from schedules.states import State
from schedules.tests.integration.scenes import make_due, park, pending, running, set_row, succeed

pytestmark = pytest.mark.django_db(transaction=True)
Make = Callable[..., Schedule]


def seen() -> list[str]:
    """The events so far, and none of them again."""
    events = list(Change.objects.order_by("id").values_list("event", flat=True))
    Change.objects.all().delete()
    return events


def test_events_are_named_after_states_and_kinds() -> None:
    assert {f"execution.{state.value}" for state in State} == set(EXECUTIONS)
    assert {f"notification.{kind}" for kind in Notification.Kind.values} == set(NOTIFICATIONS)


def test_a_run_from_its_start_to_its_end(schedule: Schedule) -> None:
    seen()
    claimed = running(schedule)
    assert succeed(claimed)
    changes = Change.objects.order_by("id")
    assert [(c.event, c.attempt) for c in changes] == [
        ("execution.pending", 0),
        ("execution.running", 1),
        ("execution.success", 1),
    ]
    assert {(c.execution_id, c.schedule_id, c.name, c.owner_id) for c in changes} == {
        (claimed.id, schedule.pk, schedule.name, schedule.owner_id)
    }


def test_a_tick_is_one_change_for_each_of_its_occurrences(make: Make) -> None:
    for schedule in (make(), make(), make()):
        make_due(schedule)
    seen()
    dispatch.tick()
    assert seen() == ["execution.pending"] * 3


def test_a_heartbeat_changes_nothing(schedule: Schedule) -> None:
    claimed = running(schedule)
    seen()
    claims.heartbeat({claimed.id: claimed.attempt}, [])
    set_row(claimed.id, state="'running'")
    assert seen() == []


def test_the_life_of_a_schedule(make: Make) -> None:
    seen()
    schedule = make()
    schedule = services.update_schedule(schedule=schedule, changes={"command": "say goodbye"})
    schedule = services.disable_schedule(schedule=schedule, note="on holiday")
    services.delete_schedule(schedule=services.enable_schedule(schedule=schedule))
    changes = Change.objects.order_by("id")
    assert [(c.event, c.reason) for c in changes] == [
        ("schedule.created", ""),
        ("schedule.updated", ""),
        ("schedule.disabled", "on holiday"),
        ("schedule.enabled", ""),
        ("schedule.deleted", ""),
    ]
    assert {c.schedule_id for c in changes} == {schedule.pk}


def test_a_run_that_waits_for_somebody_tells_its_owner(schedule: Schedule) -> None:
    claimed = running(schedule)
    seen()
    park(claimed)
    assert seen() == ["execution.waiting", "notification.approval_needed"]


def test_what_is_undone_has_never_changed(schedule: Schedule) -> None:
    seen()
    with transaction.atomic():
        pending(schedule)
        transaction.set_rollback(True)
    assert seen() == []


def test_an_owner_who_goes_leaves_no_changes(schedule: Schedule, owner: User) -> None:
    pending(schedule)
    db.fetch("DELETE FROM schedules_schedule WHERE owner_id = %s", (owner.pk,))
    db.fetch("DELETE FROM agents_agent WHERE owner_id = %s", (owner.pk,))
    db.fetch("DELETE FROM auth_user WHERE id = %s", (owner.pk,))
    assert not Change.objects.exists()


def test_every_event_fits(owner: User) -> None:
    Change.objects.bulk_create(Change(owner=owner, event=event) for event in EVENTS)
    assert seen() == list(EVENTS)
