"""Somebody holds a row, as an edit or psql may for long: who has to wait, and who must not."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from agents.models import Budget, Memory
from scheduler_project.embedded.waiting import wait_until
from schedules import db, recover, services, taking
from schedules.models import Execution, Schedule
from schedules.tests.integration.connections import OtherConnection, somebody_waits
from schedules.tests.integration.money import limit
from schedules.tests.integration.scenes import row, set_row
from schedules.tests.integration.worker.scripted_runs import Begun, Script
from schedules.tests.integration.worker.waits import TIMEOUT, becomes, renewed_twice
from schedules.worker import DATABASE_THREADS, Engine

pytestmark = pytest.mark.django_db(transaction=True)
Give = Callable[..., Execution]
Make = Callable[..., Schedule]


def release_together(engine: Engine, begun: list[Begun]) -> None:
    """All of them end in the same turn of the loop, so that their outcomes share a group."""

    def go_on() -> None:
        for each in begun:
            each._go_on.set()

    engine._loop.call_soon_threadsafe(go_on)


def allowed(make: Make, count: int, **fields: Any) -> list[Execution]:
    """So many runs of one schedule at the same time."""
    schedule = make(command="hold", overlap_policy="allow", **fields)
    return [services.run_now(schedule=schedule) for _ in range(count)]


def test_outcomes_of_one_schedule_hold_up_no_others(
    engine: Engine, give: Give, script: Script, other: OtherConnection
) -> None:
    held, innocent = give("hold"), give("hold")
    engine.submit(held.id, innocent.id)
    begun = [script.next(), script.next()]
    other.lock("schedules_schedule", held.schedule_id)
    release_together(engine, begun)
    becomes(innocent, "success")
    assert row(held.id).state == "running"
    other.commit()
    assert becomes(held, "success").attempt == 1


def test_however_many_they_are(
    start: Callable[..., Engine], make: Make, give: Give, script: Script, other: OtherConnection
) -> None:
    """More than there are threads, and not all at once."""
    engine, held = start(slots=30), allowed(make, 3 * DATABASE_THREADS)
    engine.submit(*(each.id for each in held))
    begun = [script.next() for _ in held]
    other.lock("schedules_schedule", held[0].schedule_id)
    for each in begun:
        each.release()
        each.how_it_ended()
    for _ in range(3):
        after = give("ok")
        engine.submit(after.id)
        becomes(after, "success")
    assert {row(each.id).state for each in held} == {"running"}
    assert not somebody_waits(1, 0.5)
    other.commit()
    for execution in held:
        becomes(execution, "success")


def test_an_outcome_that_is_held_up_past_its_deadline_is_recorded_as_it_was(
    engine: Engine, give: Give, script: Script, other: OtherConnection
) -> None:
    execution = give("hold", max_attempts=1)
    engine.submit(execution.id)
    begun = script.next()
    other.lock("schedules_schedule", execution.schedule_id)
    begun.release()
    begun.how_it_ended()
    set_row(execution.id, deadline_at="now() - interval '1 second'")
    now = row(execution.id).deadline_at
    assert now is not None
    assert wait_until(lambda: (row(execution.id).deadline_at or now) > now, TIMEOUT)
    other.commit()
    assert recover.recover() == 0
    becomes(execution, "success")


def test_a_run_past_its_deadline_is_still_given_up(
    engine: Engine, give: Give, script: Script
) -> None:
    execution = give("stubborn", max_attempts=1)
    engine.submit(execution.id)
    begun = script.next()
    set_row(execution.id, deadline_at="now() - interval '1 second'")
    assert renewed_twice(execution), "heartbeats do not move it"
    assert recover.recover() == 1
    assert row(execution.id).error_type == "timed_out"
    begun.release()


@pytest.mark.parametrize("table", ["schedules_schedule", "agents_budget"])
@pytest.mark.parametrize("budgeted", [False, True])
def test_claims_under_a_budget_hold_up_no_others(
    engine: Engine,
    give: Give,
    script: Script,
    other: OtherConnection,
    table: str,
    budgeted: bool,
) -> None:
    held, innocent = give("hold"), give("hold")
    budget = limit(held.schedule, 100_000) if held.schedule else Budget()
    if budgeted and innocent.schedule:
        limit(innocent.schedule, 100_000)
    other.lock(table, held.schedule_id if table == "schedules_schedule" else budget.pk)
    engine.submit(held.id, innocent.id)
    begun = script.next()
    assert begun.order.execution_id == innocent.id
    assert row(held.id).state == "pending"
    assert not somebody_waits(1, 0.5)
    other.commit()
    assert script.next().order.execution_id == held.id


def test_a_claim_that_is_held_up_for_long_gives_its_slot_back_and_comes_again_soon(
    start: Callable[..., Engine],
    give: Give,
    script: Script,
    other: OtherConnection,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(taking, "PATIENCE_SECONDS", 0.2)
    engine, held = start(slots=1), give("hold")
    assert held.schedule
    limit(held.schedule, 100_000)
    set_row(held.id, publish_at="now() + interval '10 minutes'")
    other.lock("schedules_schedule", held.schedule_id)
    engine.submit(held.id)
    soon = db.now() + timedelta(seconds=60)
    assert wait_until(lambda: (row(held.id).publish_at or soon) < soon, TIMEOUT)
    assert row(held.id).state == "pending"
    after = give("ok")
    engine.submit(after.id)
    becomes(after, "success")
    other.commit()


def test_an_execution_that_is_held_costs_its_own_run_at_most(
    engine: Engine, give: Give, script: Script, other: OtherConnection, settings: Any
) -> None:
    settings.LEASE_SECONDS, settings.HEARTBEAT_SECONDS = 2, 0.2
    held, innocent = give("hold"), give("hold")
    engine.submit(held.id)
    lost = script.next()
    other.lock("schedules_execution", held.id)
    engine.submit(innocent.id)
    spared = script.next()
    # Nobody renews its lease, so by then another worker might have it.
    assert lost.how_it_ended() == "stopped"
    assert renewed_twice(innocent)
    spared.release()
    becomes(innocent, "success")
    other.commit()


def test_what_is_over_is_recorded_however_long_its_execution_was_held(
    engine: Engine, give: Give, script: Script, other: OtherConnection, settings: Any
) -> None:
    settings.LEASE_SECONDS, settings.HEARTBEAT_SECONDS = 2, 0.2
    held, innocent = give("hold"), give("hold")
    engine.submit(held.id, innocent.id)
    begun = [script.next(), script.next()]
    other.lock("schedules_execution", held.id)
    release_together(engine, begun)
    becomes(innocent, "success")
    lease = row(held.id).lease_until
    assert lease is not None
    assert wait_until(lambda: db.now() > lease, TIMEOUT)
    other.commit()
    becomes(held, "success")


def test_what_runs_remember_holds_up_no_others(
    engine: Engine, give: Give, other: OtherConnection
) -> None:
    held = [give("remember") for _ in range(2 * DATABASE_THREADS)]
    other.lock("schedules_schedule", *(each.schedule_id for each in held))
    engine.submit(*(each.id for each in held))
    for each in held:
        becomes(each, "running")
    for _ in range(2):
        after = give("ok")
        engine.submit(after.id)
        becomes(after, "success")
    assert {row(each.id).state for each in held} == {"running"}
    other.commit()
    for each in held:
        becomes(each, "success")
    scopes = Memory.objects.values_list("scope", flat=True)
    assert set(scopes) == {f"schedule:{each.schedule_id}" for each in held}
