"""While a stop stands nothing starts and nothing goes on; when it is lifted nothing is lost."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection

from agents.models import Agent
from scheduler_project.errors import Conflict
from schedules import agenda, claims, db, dispatch, recover, services
from schedules.claims import Verdict
from schedules.models import Execution, Schedule
from schedules.services import stopping
from schedules.tests.integration.connections import OtherConnection
from schedules.tests.integration.scenes import (
    clear_queue,
    make_due,
    pending,
    queued,
    row,
    running,
    set_row,
    states,
)
from tests.clients import person

pytestmark = pytest.mark.django_db(transaction=True)
Make = Callable[..., Schedule]


@pytest.fixture(params=["own", "whole system"])
def stop(request: pytest.FixtureRequest, owner: User) -> Callable[[], Any]:
    """Stops everything that concerns the owner, one way or the other."""
    whose = owner if request.param == "own" else None
    return lambda: services.stop(owner=whose, by="somebody")


@pytest.fixture
def resume(owner: User) -> Callable[[], None]:
    def lift() -> None:
        assert services.resume(owner=owner) or services.resume(owner=None)

    return lift


def test_nothing_that_falls_due_is_dispatched(
    schedule: Schedule, stop: Callable[[], Any], resume: Callable[[], None]
) -> None:
    make_due(schedule)
    stop()
    assert dispatch.tick() == 0
    assert agenda.read().schedules is None, "beat sleeps"
    resume()
    assert dispatch.tick() == 1
    assert states(schedule) == ["pending"]


def test_what_fell_due_meanwhile_is_made_up_for_by_the_missed_policy(
    make: Make, stop: Callable[[], Any], resume: Callable[[], None]
) -> None:
    schedule = make(interval_value=1, interval_unit="minutes")
    stop()
    make_due(schedule, seconds=190)
    resume()
    assert dispatch.tick() == 1
    execution = schedule.executions.get()
    assert (execution.state, execution.coalesced_count) == ("pending", 3)


def test_nothing_that_waits_is_claimed(
    schedule: Schedule, stop: Callable[[], Any], resume: Callable[[], None]
) -> None:
    execution = pending(schedule)
    stop()
    assert claims.claim([execution.id], "worker-a") == []
    assert row(execution.id).state == "pending"
    resume()
    assert len(claims.claim([execution.id], "worker-a")) == 1


def test_what_waits_is_told_to_workers_as_soon_as_it_may_start(
    schedule: Schedule, stop: Callable[[], Any], resume: Callable[[], None]
) -> None:
    execution = pending(schedule)
    stop()
    set_row(execution.id, publish_at="now() + interval '10 minutes'")
    clear_queue()
    resume()
    assert recover.republish() == 1
    assert queued() == [str(execution.id)]


def test_a_retry_still_waits_for_its_time(
    schedule: Schedule, stop: Callable[[], Any], resume: Callable[[], None]
) -> None:
    execution = pending(schedule)
    later = "now() + interval '1 hour'"
    set_row(execution.id, not_before=later, publish_at=later)
    stop()
    resume()
    assert recover.republish() == 0


def test_a_worker_is_told_at_its_heartbeat(schedule: Schedule, stop: Callable[[], Any]) -> None:
    claimed = running(schedule)
    stop()
    assert claims.heartbeat({claimed.id: 1}) == {claimed.id: Verdict.HALT}


def test_a_cancel_counts_for_more_than_a_stop(schedule: Schedule, stop: Callable[[], Any]) -> None:
    claimed = running(schedule)
    stop()
    services.cancel_execution(execution=row(claimed.id))
    assert claims.heartbeat({claimed.id: 1}) == {claimed.id: Verdict.CANCEL}


def test_nothing_is_started_by_hand(
    schedule: Schedule, agent: Agent, stop: Callable[[], Any], resume: Callable[[], None]
) -> None:
    stop()
    with pytest.raises(Conflict, match="resume"):
        services.run_now(schedule=schedule)
    with pytest.raises(Conflict, match="resume"):
        services.start_agent_task(owner=schedule.owner, agent=agent, command="look")
    assert not Execution.objects.exists()
    resume()
    assert services.run_now(schedule=schedule).state == "pending"


def test_an_owners_stop_holds_up_nobody_else(schedule: Schedule, owner: User) -> None:
    bob = person("bob")
    services.stop(owner=bob, by="bob")
    make_due(schedule)
    assert dispatch.tick() == 1
    assert len(claims.claim([schedule.executions.get().id], "worker-a")) == 1


def test_lifting_one_stop_leaves_the_other(schedule: Schedule, owner: User) -> None:
    services.stop(owner=owner, by="ann")
    services.stop(owner=None, by="root", note="fire")
    make_due(schedule)
    assert services.resume(owner=None)
    assert dispatch.tick() == 0
    assert services.resume(owner=owner)
    assert dispatch.tick() == 1
    assert not services.resume(owner=owner)


def test_an_owner_cannot_lift_what_staff_have_stopped(owner: User) -> None:
    services.stop(owner=owner, by="root", by_staff=True)
    services.stop(owner=owner, by="ann", by_staff=False)
    assert services.resume(owner=owner, by_staff=False)
    (left,) = services.standing_stops(owner.pk)
    assert left.stopped_by == "root"
    assert services.resume(owner=owner, by_staff=True)
    assert services.standing_stops(owner.pk) == []


def test_resuming_waits_for_no_row(schedule: Schedule, owner: User, other: OtherConnection) -> None:
    held, free = (
        pending(schedule),
        services.start_agent_task(owner=owner, agent=schedule.agent, command="look"),
    )
    services.stop(owner=owner, by="ann")
    db.fetch("UPDATE schedules_execution SET publish_at = now() + interval '10 minutes'")
    clear_queue()
    other.lock("schedules_execution", held.id)
    assert services.resume(owner=owner)
    other.commit()
    assert recover.republish() == 1
    assert free.attempt.execution_id != held.id
    assert queued() == [str(free.attempt.execution_id)]


def test_many_that_wait_are_woken_bit_by_bit(
    make: Make, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stopping, "CHUNK", 2)
    for _ in range(5):
        pending(make())
    services.stop(owner=owner, by="ann")
    db.fetch("UPDATE schedules_execution SET publish_at = now() + interval '10 minutes'")
    assert services.resume(owner=owner)
    assert recover.republish() == 5


def test_stopping_twice_is_stopping_once(owner: User) -> None:
    first = services.stop(owner=owner, by="ann", note="why")
    assert services.stop(owner=owner, by="ann", note="again").pk == first.pk
    assert services.resume(owner=owner)
    assert services.standing_stops(owner.pk) == []


def test_an_edit_settles_what_was_due_and_it_waits(
    make: Make, stop: Callable[[], Any], resume: Callable[[], None]
) -> None:
    schedule = make()
    make_due(schedule)
    stop()
    services.update_schedule(schedule=schedule, changes={"interval_value": 2})
    execution = schedule.executions.get()
    assert claims.claim([execution.id], "worker-a") == []
    resume()
    assert len(claims.claim([execution.id], "worker-a")) == 1


def test_beats_are_woken_when_it_is_lifted(owner: User, stop: Callable[[], Any]) -> None:
    stop()
    db.fetch("LISTEN agent_scheduler_due")
    assert services.resume(owner=owner) or services.resume(owner=None)
    driver = connection.connection
    driver.poll()
    assert driver.notifies
    db.fetch("UNLISTEN *")
