"""Workers are told of a run when it is committed, and not before."""

from collections.abc import Callable, Iterable
from uuid import UUID

import pytest
from django.contrib.auth.models import User

from agents.models import Agent
from schedules import broker, db, dispatch, recover, services
from schedules.models import Execution, Schedule
from schedules.tests.integration.connections import OtherConnection
from schedules.tests.integration.scenes import make_due, pending, running, set_row, succeed

pytestmark = pytest.mark.django_db(transaction=True)
Make = Callable[..., Schedule]

FREE = """
SELECT id FROM schedules_execution
WHERE id = ANY(%s) AND state = 'pending' AND not_before <= now() FOR UPDATE SKIP LOCKED
"""


@pytest.fixture
def claimable(other: OtherConnection, monkeypatch: pytest.MonkeyPatch) -> list[UUID]:
    """What was published and could be claimed on another connection at that moment."""
    found: list[UUID] = []

    def publish(ids: Iterable[UUID]) -> int:
        found.extend(id for (id,) in other.run(db.fetch, FREE, (list(ids),)))
        return len(found)

    monkeypatch.setattr(broker, "publish", publish)
    return found


def test_by_a_dispatch(schedule: Schedule, claimable: list[UUID]) -> None:
    make_due(schedule)
    dispatch.tick()
    assert claimable == [schedule.executions.get().pk]


def test_by_a_run_by_hand(schedule: Schedule, claimable: list[UUID]) -> None:
    assert claimable == [pending(schedule).pk]


def test_by_an_edit_that_settles(schedule: Schedule, claimable: list[UUID]) -> None:
    make_due(schedule)
    services.update_schedule(schedule=schedule, changes={"command": "other"})
    assert claimable == [schedule.executions.get().pk]


def test_by_an_agent_task_of_its_own(owner: User, agent: Agent, claimable: list[UUID]) -> None:
    services.start_agent_task(owner=owner, agent=agent, command="say hello")
    assert claimable == [Execution.objects.get().pk]


def test_by_the_release_of_a_buffered_run(make: Make, claimable: list[UUID]) -> None:
    schedule = make(overlap_policy="buffer_one")
    current = running(schedule)
    held = pending(schedule)
    claimable.clear()
    succeed(current)
    assert claimable == [held.pk]


def test_by_a_republish(schedule: Schedule, claimable: list[UUID]) -> None:
    execution = pending(schedule)
    set_row(execution.pk, publish_at="now() - interval '1 second'")
    claimable.clear()
    recover.republish()
    assert claimable == [execution.pk]
