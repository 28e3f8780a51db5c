"""Nothing on the ledger refers to what is gone, however that went."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from agents.models import Agent
from schedules import db, dispatch, services
from schedules.models import Execution, Schedule
from schedules.tests.integration.connections import OtherConnection, somebody_waits
from schedules.tests.integration.scenes import make_due, pending, running

pytestmark = pytest.mark.django_db(transaction=True)
Make = Callable[..., Schedule]


def delete(table: str, id: int) -> None:
    """As somebody would who types SQL."""
    db.fetch(f"DELETE FROM {table} WHERE id = %s", (id,))


@transaction.atomic
def delete_all_of(owner: User) -> None:
    db.fetch("DELETE FROM schedules_schedule WHERE owner_id = %s", (owner.pk,))
    db.fetch("DELETE FROM agents_agent WHERE owner_id = %s", (owner.pk,))
    delete("auth_user", owner.pk)


def test_a_schedule_that_is_deleted_by_hand_is_forgotten(schedule: Schedule) -> None:
    execution = pending(schedule)
    delete("schedules_schedule", schedule.pk)
    execution.refresh_from_db()
    assert (execution.schedule_id, execution.schedule_name) == (None, schedule.name)


def test_an_agent_that_is_deleted_by_hand_is_forgotten(schedule: Schedule, agent: Agent) -> None:
    execution = pending(schedule)
    delete("schedules_schedule", schedule.pk)
    delete("agents_agent", agent.pk)
    execution.refresh_from_db()
    assert execution.agent_id is None


def test_an_owner_who_is_deleted_by_hand_takes_what_was_recorded_along(
    schedule: Schedule, agent: Agent, owner: User
) -> None:
    pending(schedule)
    delete("schedules_schedule", schedule.pk)
    delete("agents_agent", agent.pk)
    delete("auth_user", owner.pk)
    assert not Execution.objects.exists()


def test_an_owner_whose_runs_have_agent_tasks_cannot_be_deleted_by_hand(
    schedule: Schedule, owner: User
) -> None:
    claimed = running(schedule)
    with pytest.raises(IntegrityError):
        delete_all_of(owner)
    assert Execution.objects.get(pk=claimed.id).owner_id == owner.pk


def test_a_deletion_waits_for_the_dispatch_that_holds_its_schedule(
    schedule: Schedule, other: OtherConnection, connect: Callable[[], OtherConnection]
) -> None:
    make_due(schedule)
    other.begin()
    assert other.run(dispatch.tick) == 1
    deleting = connect().start(delete, "schedules_schedule", schedule.pk)
    assert somebody_waits()
    other.commit()
    deleting.result(10)
    assert Execution.objects.get().schedule_id is None


def test_an_owner_who_is_deleted_while_a_schedule_is_dispatched_leaves_nothing(
    schedule: Schedule, owner: User, other: OtherConnection, connect: Callable[[], OtherConnection]
) -> None:
    make_due(schedule)
    other.begin()
    assert other.run(dispatch.tick) == 1
    deleting = connect().start(owner.delete)
    assert somebody_waits()
    other.commit()
    deleting.result(10)
    assert not User.objects.filter(pk=owner.pk).exists()
    assert not Schedule.objects.exists()
    assert not Execution.objects.exists()


def test_a_deleted_schedule_leaves_its_history_as_before(schedule: Schedule) -> None:
    execution = pending(schedule)
    services.delete_schedule(schedule=schedule)
    execution.refresh_from_db()
    assert (execution.schedule_id, execution.state) == (None, "cancelled")
