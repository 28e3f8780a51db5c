"""What a worker does when an answer of the database is lost, or does not come."""

import asyncio
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper

from agents.models import AgentTask
from scheduler_project.embedded.waiting import wait_until
from schedules import claims, db, runs, services
from schedules.models import Attempt, Execution, Schedule
from schedules.tests.integration.connections import OtherConnection, somebody_waits
from schedules.tests.integration.scenes import row, set_row
from schedules.tests.integration.worker.scripted_runs import Script
from schedules.tests.integration.worker.waits import TIMEOUT, becomes
from schedules.worker import DATABASE_THREADS, Engine

pytestmark = pytest.mark.django_db(transaction=True)
Give = Callable[..., Execution]


Break = Callable[[str], None]


@pytest.fixture
def break_commit(monkeypatch: pytest.MonkeyPatch) -> Break:
    """Has the connection of the next commit by a worker break `before` or `after` it."""
    commit, breaks = BaseDatabaseWrapper._commit, list[str]()  # type: ignore[attr-defined]

    def broken(wrapper: BaseDatabaseWrapper) -> None:
        ours = threading.current_thread().name.startswith("ledger")
        when = breaks.pop() if breaks and ours else "never"
        if when != "before":
            commit(wrapper)
        if when != "never":
            raise OperationalError("the server closed the connection unexpectedly")

    monkeypatch.setattr(BaseDatabaseWrapper, "_commit", broken)
    return breaks.append


def test_a_claim_whose_answer_is_lost_is_asked_for_and_run(
    engine: Engine, give: Give, break_commit: Break
) -> None:
    execution = give("ok", max_attempts=1)
    break_commit("after")
    engine.submit(execution.id)
    assert becomes(execution, "success").attempt == 1
    assert Attempt.objects.filter(execution=execution).count() == 1


def test_a_claim_that_failed_is_not_run(engine: Engine, give: Give, break_commit: Break) -> None:
    execution = give("ok")
    break_commit("before")
    engine.submit(execution.id)
    assert wait_until(lambda: not engine._carried, TIMEOUT)
    assert row(execution.id).state == "pending"


def test_a_claim_that_failed_takes_nothing_from_the_next_message(
    engine: Engine, give: Give, script: Script, break_commit: Break
) -> None:
    """Both are in this worker: what the second one claimed is not the first one's."""
    execution = give("hold", max_attempts=1)
    break_commit("before")
    engine.submit(execution.id)
    assert wait_until(lambda: len(engine._carried) == 1, TIMEOUT)
    engine.submit(execution.id)
    begun = script.next()
    assert wait_until(lambda: len(engine._carried) == 1, TIMEOUT)
    assert script.nothing_more()
    begun.release()
    assert becomes(execution, "success").attempt == 1
    assert script.nothing_more()


@pytest.mark.parametrize("when", ["before", "after"])
def test_two_messages_of_which_one_is_lost_make_one_run_at_most(
    engine: Engine, give: Give, break_commit: Break, when: str
) -> None:
    execution = give("ok", max_attempts=1)
    break_commit(when)
    for _ in range(2):
        engine.submit(execution.id)
    assert wait_until(lambda: not engine._carried, TIMEOUT)
    found = row(execution.id)
    # Where both came at the same moment, the second one left it to the first: published again.
    assert (found.state, found.attempt) in {("success", 1), ("pending", 0)}
    assert Attempt.objects.filter(execution=execution).count() == found.attempt


def test_a_claim_that_broke_before_its_commit_is_dropped(
    engine: Engine, give: Give, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: Any) -> Any:
        raise OperationalError("the server went away")

    monkeypatch.setattr(runs.claims, "claim", fail)
    execution = give("ok")
    engine.submit(execution.id)
    assert wait_until(lambda: not engine._carried, TIMEOUT)
    assert row(execution.id).state == "pending"


def test_a_transaction_that_goes_on_is_waited_for(other: OtherConnection) -> None:
    other.begin()
    number = other.run(db.fetch, "SELECT pg_current_xact_id()::text")[0][0]
    assert db.goes_on(number)
    other.commit()
    assert not db.goes_on(number)


def test_the_number_of_a_transaction_that_a_crash_undid_may_lie_ahead() -> None:
    current = int(db.fetch("SELECT pg_current_xact_id()::text")[0][0])
    assert not db.goes_on(str(current + 1_000_000))


def test_a_claim_stands_only_as_long_as_it_is_this_very_one(give: Give) -> None:
    """A crash may undo a claim; the next one then has the same attempt number."""
    execution = give("ok")
    (claimed,) = claims.claim([execution.id], "worker-a")
    assert claims.stands(claimed, "worker-a")
    assert not claims.stands(claimed, "worker-b")
    set_row(execution.id, started_at="started_at + interval '1 microsecond'")
    assert not claims.stands(claimed, "worker-a")


def test_a_server_that_dies_behind_a_socket_is_one_that_does_not_answer() -> None:
    """Then psycopg2 has nothing but a bare error, without a code."""

    def die() -> None:
        raise DatabaseError("server closed the connection unexpectedly")

    with pytest.raises(OperationalError):
        db.in_thread(die)


def test_finishes_that_wait_for_a_row_hold_up_no_heartbeat(
    engine: Engine,
    give: Give,
    make: Callable[..., Schedule],
    other: OtherConnection,
    script: Script,
) -> None:
    """No thread waits for it: whatever else there is to write has all of them."""
    bystander = give("hold", max_attempts=1)
    engine.submit(bystander.id)
    script.next()
    held = make(command="ok", overlap_policy="allow")
    executions = [services.run_now(schedule=held) for _ in range(DATABASE_THREADS + 2)]
    other.lock("schedules_schedule", held.id)
    for execution in executions:
        engine.submit(execution.id)
    for execution in executions:
        becomes(execution, "running")
    assert not somebody_waits(1, 1)
    before = row(bystander.id).lease_until
    assert before is not None
    assert wait_until(lambda: (row(bystander.id).lease_until or before) > before, TIMEOUT)
    again = row(bystander.id).lease_until
    assert again is not None
    assert wait_until(lambda: (row(bystander.id).lease_until or again) > again, TIMEOUT)
    other.commit()
    for execution in executions:
        assert becomes(execution, "success").attempt == 1


def test_a_run_that_cancels_itself_has_failed(
    engine: Engine, give: Give, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def cancel_itself(order: Any, usage: Any, desk: Any) -> Any:
        usage.input_tokens = 9
        raise asyncio.CancelledError

    monkeypatch.setattr(runs.runtime, "run", cancel_itself)
    execution = give("ok", max_attempts=1)
    engine.submit(execution.id)
    becomes(execution, "failed")
    found = row(execution.id)
    assert (found.error_type, found.input_tokens) == ("internal_error", 9)


def test_an_agent_task_that_is_handed_back_keeps_its_id(
    start: Callable[..., Engine], owner: Any, agent: Any, script: Script
) -> None:
    task = services.start_agent_task(owner=owner, agent=agent, command="hold")
    execution = Execution.objects.get()
    first = start()
    first.submit(execution.id)
    script.next()
    first.drain(0)
    task.refresh_from_db()
    assert (task.state, task.finished_at) == ("pending", None)
    start().submit(execution.id)
    script.next().release()
    becomes(execution, "success")
    task.refresh_from_db()
    assert (task.state, task.input_tokens) == ("success", 10), "spent twice, counted twice"
    assert AgentTask.objects.count() == Attempt.objects.count() == 1
    assert Attempt.objects.get().number == 2


def test_a_cancel_keeps_its_reason(engine: Engine, give: Give, script: Script) -> None:
    execution = give("hold")
    engine.submit(execution.id)
    script.next()
    services.cancel_execution(execution=execution)
    becomes(execution, "cancelled")
    assert row(execution.id).reason == "cancelled on request"
