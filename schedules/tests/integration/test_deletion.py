"""Deleted schedules leave their history; whoever comes too late is told."""

from collections.abc import Callable
from uuid import UUID

import pytest

from scheduler_project.errors import Conflict
from schedules import claims, services
from schedules.claims import Claimed
from schedules.models import Execution, Schedule
from schedules.tests.integration.connections import OtherConnection, somebody_waits
from schedules.tests.integration.scenes import (
    pending,
    running,
    set_row,
    succeed,
    take,
)

pytestmark = pytest.mark.django_db(transaction=True)
Make = Callable[..., Schedule]


def inserted(schedule: Schedule, id: UUID) -> Execution:
    values = {"schedule": schedule, "owner": schedule.owner, "trigger": "manual", "command": "x"}
    return Execution.objects.create(id=id, **values)


def test_a_deletion_and_a_heartbeat_lock_runs_in_the_same_order(
    make: Make, connect: Callable[[], OtherConnection]
) -> None:
    schedule = make()
    # The later id lies first in the table, where the deletion comes by.
    for number in (2, 1):
        take(inserted(schedule, UUID(int=number)).id)
    worker, clerk = connect(), connect()
    worker.begin()
    assert worker.run(claims.heartbeat, {UUID(int=1): 1})
    deleting = clerk.start(services.delete_schedule, schedule=schedule)
    assert somebody_waits()
    assert worker.run(claims.heartbeat, {UUID(int=2): 1}), "a deadlock otherwise"
    worker.commit()
    deleting.result(10)
    assert not Schedule.objects.exists()


def test_a_deleted_schedule_leaves_its_history(make: Make) -> None:
    schedule = make(name="report", overlap_policy="buffer_all")
    ended, claimed, held = running(schedule), running_after(schedule), pending(schedule)
    services.delete_schedule(schedule=schedule)
    assert not Schedule.objects.exists()
    found = {each.id: each for each in Execution.objects.all()}
    assert {each.schedule_name for each in found.values()} == {"report"}
    assert [found[each.id].state for each in (ended, claimed, held)] == [
        *("success", "running", "cancelled")
    ]
    assert found[held.id].reason == "the schedule was deleted"
    assert succeed(claimed)


def running_after(schedule: Schedule) -> Claimed:
    """A second run, after the first has succeeded."""
    first = schedule.executions.get()
    set_row(first.id, state="'success'", finished_at="now()")
    return running(schedule)


@pytest.mark.parametrize(
    "act",
    [
        lambda schedule: services.update_schedule(schedule=schedule, changes={"name": "new"}),
        lambda schedule: services.enable_schedule(schedule=schedule),
        lambda schedule: services.disable_schedule(schedule=schedule),
        lambda schedule: services.delete_schedule(schedule=schedule),
        lambda schedule: services.run_now(schedule=schedule),
    ],
)
def test_what_was_deleted_in_the_meantime_is_a_conflict(
    schedule: Schedule, act: Callable[[Schedule], object]
) -> None:
    stale = Schedule.objects.get(pk=schedule.pk)
    services.delete_schedule(schedule=schedule)
    with pytest.raises(Conflict, match="deleted in the meantime"):
        act(stale)
