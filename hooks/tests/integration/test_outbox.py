"""A delivery for each change and each hook that wants it, written with the change."""

from collections.abc import Callable, Iterator

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from feed.events import EVENTS
from hooks import services
from hooks.models import Delivery, Hook
from hooks.tests.scenes import happen, hook_of, only, outbox
from scheduler_project.database import fetch
from tests.clients import person
from tests.connections import OtherConnection, somebody_waits

pytestmark = pytest.mark.django_db(transaction=True)
Connect = Callable[[], OtherConnection]


@pytest.mark.parametrize(
    ("wanted", "heard"),
    [
        (["execution.failed"], ["execution.failed"]),
        (["execution.*"], [event for event in EVENTS if event.startswith("execution.")]),
        (["schedule.deleted", "notification.*"], [*EVENTS[12:13], *EVENTS[13:]]),
        (["*"], list(EVENTS)),
        (["*", "execution.*", "execution.failed"], list(EVENTS)),
    ],
)
def test_what_a_hook_wants_is_in_its_outbox(ann: User, wanted: list[str], heard: list[str]) -> None:
    hook = hook_of(ann, events=wanted)
    happen(ann, *EVENTS)
    assert outbox(hook) == heard


def test_it_says_what_has_changed(ann: User) -> None:
    hook = hook_of(ann)
    (change,) = happen(
        ann, "execution.failed", name="report", attempt=2, reason="why", schedule_id=7
    )
    change.refresh_from_db()
    delivery = only(hook)
    assert delivery.data == {
        "sequence": change.pk,
        "execution": None,
        "schedule": 7,
        "notification": None,
        "name": "report",
        "attempt": 2,
        "reason": "why",
    }
    assert delivery.occurred_at == change.at
    assert (delivery.state, delivery.attempt, delivery.change_id) == ("pending", 0, change.pk)


def test_hooks_hear_of_their_owner_alone(ann: User) -> None:
    hook = hook_of(person("eve"))
    happen(ann, *EVENTS)
    assert outbox(hook) == []


def test_one_that_is_off_hears_nothing(ann: User) -> None:
    on, off = hook_of(ann), hook_of(ann, enabled=False)
    happen(ann, "execution.failed")
    assert (outbox(on), outbox(off)) == (["execution.failed"], [])


def test_one_of_a_schedule_hears_of_that_alone(ann: User) -> None:
    hook = hook_of(ann)
    Hook.objects.filter(pk=hook.pk).update(schedule_id=7)
    happen(ann, "execution.failed", schedule_id=7)
    happen(ann, "execution.success", schedule_id=8)
    happen(ann, "notification.budget_alert")
    assert outbox(hook) == ["execution.failed"]


def test_what_is_undone_is_not_in_the_outbox(ann: User) -> None:
    hook = hook_of(ann)
    with transaction.atomic():
        happen(ann, "execution.failed")
        transaction.set_rollback(True)
    assert outbox(hook) == []


def test_one_delivery_for_each_hook_and_change(ann: User) -> None:
    hook = hook_of(ann)
    (change,) = happen(ann, "execution.failed")
    with pytest.raises(IntegrityError):
        Delivery.objects.create(hook=hook, change_id=change.pk, event=change.event, data={})


def test_a_change_does_not_wait_for_an_edit_and_is_not_lost_by_it(
    ann: User, connect: Connect
) -> None:
    hook, clerk = hook_of(ann), connect()
    clerk.begin()
    clerk.run(services.update_hook, hook=hook, changes={"name": "other"})
    happen(ann, "execution.failed")
    clerk.commit()
    assert outbox(hook) == ["execution.failed"]


def test_a_change_neither_waits_nor_fails_for_a_hook_that_is_being_deleted(
    ann: User, connect: Connect
) -> None:
    hook, other, clerk = hook_of(ann), hook_of(ann), connect()
    clerk.begin()
    clerk.run(services.delete_hook, hook=Hook.objects.get(pk=hook.pk))
    happen(ann, "execution.failed")
    clerk.commit()
    assert outbox(other) == ["execution.failed"]
    assert Delivery.objects.count() == 1


def test_a_deletion_takes_what_is_just_being_written(ann: User, connect: Connect) -> None:
    hook, worker, clerk = hook_of(ann), connect(), connect()
    worker.begin()
    worker.run(happen, ann, "execution.failed")
    deleting = clerk.start(services.delete_hook, hook=hook)
    assert somebody_waits()
    worker.commit()
    deleting.result(10)
    assert not Delivery.objects.exists()


@pytest.fixture
def told(ann: User) -> Iterator[Hook]:
    hook = hook_of(ann)
    happen(ann, *EVENTS)
    assert outbox(hook)
    yield hook
    assert not Hook.objects.exists()
    assert not Delivery.objects.exists()


def test_an_owner_who_goes_takes_hooks_and_deliveries_along(told: Hook) -> None:
    told.owner.delete()


def test_also_by_sql(told: Hook) -> None:
    fetch("DELETE FROM auth_user WHERE id = %s", (told.owner_id,))


def test_also_a_hook(told: Hook) -> None:
    fetch("DELETE FROM hooks_hook WHERE id = %s", (told.pk,))


def test_ten_thousand_changes_are_one_statement_and_so_are_their_deliveries(ann: User) -> None:
    hook = hook_of(ann)
    with CaptureQueriesContext(connection) as captured:
        fetch(
            "INSERT INTO feed_change (owner_id, event) "
            "SELECT %s, 'execution.pending' FROM generate_series(1, 10000)",
            (ann.pk,),
        )
    assert len(captured) == 1
    assert hook.deliveries.count() == 10_000
