"""How a worker keeps what it has claimed."""

from collections.abc import Callable
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from schedules import claims, db, services
from schedules.claims import Verdict
from schedules.models import Schedule
from schedules.tests.integration.connections import OtherConnection
from schedules.tests.integration.scenes import (
    fail,
    row,
    running,
    set_row,
    succeed,
    take,
)

pytestmark = pytest.mark.django_db(transaction=True)
Make = Callable[..., Schedule]


def test_a_heartbeat_extends_the_lease_of_current_attempts_only(make: Make) -> None:
    runs = [running(make(max_attempts=2, retry_backoff_seconds=0)) for _ in range(4)]
    ours, retried, ended, _ = runs
    fail(retried)
    take(retried.id, "worker-b")
    succeed(ended)
    for run in runs:
        set_row(run.id, lease_until="lease_until - interval '10 seconds'")
    before = {run.id: row(run.id).lease_until for run in runs}
    held = {run.id: run.attempt for run in runs[:3]} | {UUID(int=0): 1}
    assert claims.heartbeat(held) == {ours.id: Verdict.GO_ON}
    after = {run.id: row(run.id).lease_until for run in runs}
    changed = {id for id in before if before[id] != after[id]}
    assert changed == {ours.id}


def test_a_heartbeat_reports_what_shall_be_cancelled(make: Make) -> None:
    kept, unwanted = running(make()), running(make())
    services.cancel_execution(execution=row(unwanted.id))
    held = {kept.id: 1, unwanted.id: 1}
    assert claims.heartbeat(held) == {kept.id: Verdict.GO_ON, unwanted.id: Verdict.CANCEL}


def test_a_row_that_somebody_holds_costs_no_other_its_lease(
    make: Make, other: OtherConnection
) -> None:
    free, held = running(make()), running(make())
    for run in (free, held):
        set_row(run.id, lease_until="now()")
    before = row(held.id).lease_until
    other.lock("schedules_execution", held.id)
    answer = claims.heartbeat({free.id: 1, held.id: 1, UUID(int=0): 1})
    assert answer == {free.id: Verdict.GO_ON, held.id: Verdict.WAIT}
    other.commit()
    assert row(held.id).lease_until == before
    assert claims.heartbeat({held.id: 1}) == {held.id: Verdict.GO_ON}


def test_a_heartbeat_of_nothing_asks_nobody(schedule: Schedule) -> None:
    with CaptureQueriesContext(connection) as captured:
        assert claims.heartbeat({}) == {}
    assert len(captured) == 0


def test_a_lapsed_lease_that_nobody_recovered_is_taken_up_again(schedule: Schedule) -> None:
    claimed = running(schedule)
    set_row(claimed.id, lease_until="now() - interval '1 minute'")
    assert claims.heartbeat({claimed.id: 1}) == {claimed.id: Verdict.GO_ON}
    lease = row(claimed.id).lease_until
    assert lease is not None
    assert lease > db.now()
