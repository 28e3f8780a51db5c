"""A worker's connections: few of them, and none whose loss loses an outcome."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import InterfaceError, OperationalError, connections

from agents.models import Agent, AgentTask
from scheduler_project.embedded.waiting import wait_until
from schedules import db, outcomes
from schedules.models import Execution
from schedules.tests.integration.connections import OtherConnection, terminate_others
from schedules.tests.integration.worker.scripted_runs import Script
from schedules.worker import DATABASE_THREADS, Engine

pytestmark = pytest.mark.django_db(transaction=True)
TIMEOUT = 30
FEW = DATABASE_THREADS + 1  # one may be the heartbeat's


@pytest.fixture
def many(owner: User, agent: Agent) -> Callable[[int], list[Execution]]:
    """So many runs that hold, of no schedule."""

    def create(count: int) -> list[Execution]:
        return Execution.objects.bulk_create(
            Execution(
                id=uuid.uuid4(),
                owner=owner,
                agent=agent,
                command="hold",
                trigger="manual",
                max_attempts=1,
            )
            for _ in range(count)
        )

    return create


def client_connections() -> int:
    """How many connections there are to this database besides the test's own."""
    found = db.fetch(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
        "AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
    )
    return int(found[0][0])


def all_in(state: str) -> Callable[[], bool]:
    return lambda: not Execution.objects.exclude(state=state).exists()


def test_connections_stay_few_however_much_runs(
    start: Callable[..., Engine], many: Callable[[int], list[Execution]], script: Script
) -> None:
    terminate_others()
    assert wait_until(lambda: client_connections() == 0, TIMEOUT)
    engine, executions = start(slots=200), many(200)
    for execution in executions:
        engine.submit(execution.id)
    begun = [script.next() for _ in executions]
    assert Execution.objects.filter(state="running").count() == 200
    assert client_connections() <= FEW + 1
    for each in begun:
        each.release()
    assert wait_until(all_in("success"), TIMEOUT)
    assert client_connections() <= FEW + 1


def test_connections_that_are_cut_lose_no_outcome(
    start: Callable[..., Engine], many: Callable[[int], list[Execution]], script: Script
) -> None:
    engine, executions = start(slots=40), many(40)
    for execution in executions:
        engine.submit(execution.id)
    begun = [script.next() for _ in executions]
    for number, each in enumerate(begun):
        if number % 4 == 0:
            terminate_others()
        each.release()
    assert wait_until(all_in("success"), TIMEOUT)
    assert set(Execution.objects.values_list("attempt", "failures")) == {(1, 0)}
    assert set(AgentTask.objects.values_list("state", flat=True)) == {"success"}


def test_a_connection_that_was_cut_between_two_units_of_work_is_not_noticed(
    other: OtherConnection,
) -> None:
    """A restarted PostgreSQL: each thread's next query would fail otherwise, and the one after."""
    for _ in range(3):
        assert other.run(db.in_thread, db.now)
        terminate_others()
    assert other.run(db.in_thread, db.now)


def test_a_connection_that_is_cut_in_the_middle_costs_this_unit_of_work_only(
    other: OtherConnection,
) -> None:
    cut = "SELECT pg_terminate_backend(pg_backend_pid())"
    with pytest.raises((OperationalError, InterfaceError)):
        other.run(db.in_thread, db.fetch, cut)
    assert other.run(db.in_thread, db.now)


def test_a_claim_that_is_cut_leaves_the_run_to_be_published_again(
    start: Callable[..., Engine], many: Callable[[int], list[Execution]], script: Script
) -> None:
    engine = start(slots=10)
    (execution,) = many(1)
    terminate_others()
    wait_until(lambda: False, 0.1)
    for _ in range(3):
        engine.submit(execution.id)  # once at first, then published again
    script.next().release()
    assert wait_until(all_in("success"), TIMEOUT)


def test_an_outcome_is_repeated_until_the_database_has_it(
    engine: Engine,
    many: Callable[[int], list[Execution]],
    script: Script,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The second time, the commit went through and only its answer was lost."""
    finish, calls = outcomes.finish, []

    def fails_twice(conclusions: Any) -> set[Any]:
        calls.append(conclusions)
        if len(calls) == 1:
            raise OperationalError("the server closed the connection")
        accepted = finish(conclusions)
        if len(calls) == 2:
            connections.close_all()
            raise OperationalError("the answer to COMMIT was lost")
        return accepted

    monkeypatch.setattr(outcomes, "finish", fails_twice)
    (execution,) = many(1)
    engine.submit(execution.id)
    script.next().release()
    engine.drain(TIMEOUT)
    execution.refresh_from_db()
    assert (execution.state, execution.input_tokens) == ("success", 5)
    assert 2 <= len(calls) <= 3
