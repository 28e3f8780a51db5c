"""The worker's engine, with scripted agents: outcomes, cancels, fences, drains, slots."""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import OperationalError
from pytest_django import Settings

from agents.models import AgentTask
from scheduler_project.embedded.waiting import wait_until
from schedules import claims, db, outcomes, recover, runs, services
from schedules.models import Execution, Node, Schedule
from schedules.tests.integration.connections import terminate_others
from schedules.tests.integration.scenes import pending, row, set_row
from schedules.tests.integration.scripted_runs import Script
from schedules.worker import Engine

pytestmark = pytest.mark.django_db(transaction=True)
Make = Callable[..., Schedule]
TIMEOUT = 15
FOR_EVER = 3600


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> Script:
    script = Script()
    monkeypatch.setattr(runs.runtime, "run", script.run)
    return script


@pytest.fixture
def start(script: Script, settings: Settings) -> Iterator[Callable[..., Engine]]:
    """Starts engines; those that the test did not drain are drained afterwards."""
    settings.HEARTBEAT_SECONDS = 0.05
    started: list[Engine] = []

    def begin(slots: int = 10) -> Engine:
        started.append(Engine(slots))
        return started[-1]

    yield begin
    for engine in started:
        if engine._thread.is_alive():
            engine.drain(0)
    terminate_others()


@pytest.fixture
def engine(start: Callable[..., Engine]) -> Engine:
    return start()


@pytest.fixture
def give(make: Make) -> Callable[..., Execution]:
    """A run of this command that waits for a worker."""

    def create(command: str, **fields: Any) -> Execution:
        values = {"command": command, "retry_backoff_seconds": 0} | fields
        return pending(make(**values))

    return create


Give = Callable[..., Execution]


def becomes(execution: Execution, state: str) -> Execution:
    assert wait_until(lambda: row(execution.id).state == state, TIMEOUT), row(execution.id).state
    return row(execution.id)


def test_a_success(engine: Engine, give: Give) -> None:
    execution = give("ok")
    assert engine.submit(execution.id)
    found = becomes(execution, "success")
    assert (found.worker, found.attempt, found.result_summary) == (engine.name, 1, "Hello.")
    assert (found.input_tokens, found.output_tokens, found.llm_calls) == (5, 7, 1)
    agent_task = AgentTask.objects.get()
    assert (agent_task.state, agent_task.result) == ("success", "Hello.\nMore.")
    assert agent_task.model == "scripted"


def test_the_runtime_gets_the_executions_orders(engine: Engine, give: Give, script: Script) -> None:
    execution = give("hold", timeout_seconds=77)
    engine.submit(execution.id)
    begun = script.next()
    assert begun.order.task_id == AgentTask.objects.get().id
    assert (begun.order.command, begun.order.timeout_seconds) == ("hold", 77)
    assert (begun.order.runner, begun.order.max_output_tokens) == ("llm", 256)


def test_a_failure_and_its_retry(engine: Engine, give: Give) -> None:
    execution = give("fail", max_attempts=2)
    engine.submit(execution.id)
    assert becomes(execution, "pending").attempt in (0, 1)
    assert wait_until(lambda: row(execution.id).failures == 1, TIMEOUT)
    engine.submit(execution.id)
    found = becomes(execution, "failed")
    assert (found.attempt, found.failures, found.error_type) == (2, 2, "rate_limited")
    assert found.error_message == "Slow down."
    assert found.input_tokens == 10


def test_a_failure_that_is_not_worth_a_retry(engine: Engine, give: Give) -> None:
    execution = give("refuse", max_attempts=5)
    engine.submit(execution.id)
    assert becomes(execution, "failed").error_type == "bad_credentials"


def test_a_run_whose_agent_was_deleted(engine: Engine, give: Give) -> None:
    execution = give("ok")
    set_row(execution.id, agent_id="NULL")
    engine.submit(execution.id)
    assert becomes(execution, "failed").error_type == "agent_deleted"


def test_an_outcome_that_cannot_be_stored_is_a_failure(engine: Engine, give: Give) -> None:
    execution = give("unstorable", max_attempts=5)
    engine.submit(execution.id)
    found = becomes(execution, "failed")
    assert (found.error_type, found.input_tokens) == ("internal_error", 5)


def test_a_runtime_that_breaks_its_word_costs_a_lease_and_no_slot(
    start: Callable[..., Engine], give: Give
) -> None:
    engine = start(slots=1)
    broken, sound = give("explode"), give("ok")
    engine.submit(broken.id)
    engine.submit(sound.id)
    becomes(sound, "success")
    set_row(broken.id, lease_until="now() - interval '1 second'")
    assert recover.recover() == 1
    assert row(broken.id).error_type == "worker_lost"


def test_a_duplicate_message_runs_nothing_twice(engine: Engine, give: Give, script: Script) -> None:
    execution = give("hold")
    for _ in range(5):
        engine.submit(execution.id)
    begun = script.next()
    begun.release()
    becomes(execution, "success")
    assert script.nothing_more()
    assert AgentTask.objects.count() == 1


def test_a_cancel_stops_the_run_and_keeps_its_spending(
    engine: Engine, give: Give, script: Script
) -> None:
    execution = give("hold", max_attempts=5)
    engine.submit(execution.id)
    begun = script.next()
    services.cancel_execution(execution=row(execution.id))
    assert begun.how_it_ended() == "stopped"
    found = becomes(execution, "cancelled")
    assert (found.input_tokens, found.failures) == (5, 0)
    assert AgentTask.objects.get().state == "cancelled"


def test_heartbeats_extend_the_lease_and_report_the_worker(
    engine: Engine, give: Give, script: Script
) -> None:
    execution = give("hold")
    engine.submit(execution.id)
    script.next()
    set_row(execution.id, lease_until="now() - interval '1 second'")
    assert wait_until(lease_of(execution), TIMEOUT)
    node = Node.objects.get()
    assert (node.name, node.kind) == (engine.name, "worker")
    assert wait_until(lambda: Node.objects.get().running == 1, TIMEOUT)


def lease_of(execution: Execution) -> Callable[[], bool]:
    """Whether its lease lies ahead."""

    def renewed() -> bool:
        lease = row(execution.id).lease_until
        return lease is not None and lease > db.now()

    return renewed


def test_a_lost_run_is_stopped_and_writes_nothing(
    engine: Engine, give: Give, script: Script
) -> None:
    execution = give("hold")
    engine.submit(execution.id)
    begun = script.next()
    set_row(execution.id, attempt="2", worker="'another'", lease_until="now() + interval '1 h'")
    before = row(execution.id)
    assert begun.how_it_ended() == "stopped"
    engine.drain(TIMEOUT)
    after = row(execution.id)
    assert {**vars(after), "_state": 0} == {**vars(before), "_state": 0}
    assert AgentTask.objects.get().state == "running"


def test_a_run_that_was_lost_unnoticed_is_not_believed(
    start: Callable[..., Engine], give: Give, script: Script, settings: Settings
) -> None:
    settings.HEARTBEAT_SECONDS = FOR_EVER
    engine, execution = start(), give("hold")
    engine.submit(execution.id)
    begun = script.next()
    set_row(execution.id, attempt="2", worker="'another'")
    begun.release()
    assert begun.how_it_ended() == "done"
    settings.HEARTBEAT_SECONDS = 0.05
    engine.drain(TIMEOUT)
    found = row(execution.id)
    assert (found.state, found.worker, found.input_tokens) == ("running", "another", 0)


def test_the_next_attempt_on_the_same_worker_is_a_run_of_its_own(
    engine: Engine, give: Give, script: Script
) -> None:
    """The worker was frozen for longer than its lease, and gets its own run once more."""
    execution = give("stubborn")
    engine.submit(execution.id)
    first = script.next()
    set_row(execution.id, state="'pending'", lease_until="NULL", not_before="now()")
    engine.submit(execution.id)
    second = script.next()
    assert first.how_it_ended() == "stopped"
    first.release()
    assert wait_until(lambda: Node.objects.get().running == 1, TIMEOUT)
    set_row(execution.id, lease_until="now() - interval '1 second'")
    assert wait_until(lease_of(execution), TIMEOUT), "the second attempt has no heartbeat"
    second.release()
    assert second.how_it_ended() == "done"
    assert becomes(execution, "success").attempt == 2


def test_cut_off_for_a_whole_lease_a_worker_gives_its_runs_up(
    engine: Engine, give: Give, script: Script, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    execution = give("hold")
    engine.submit(execution.id)
    begun = script.next()

    def unreachable(held: object) -> dict[Any, bool]:
        raise OperationalError("no route to host")

    monkeypatch.setattr(claims, "heartbeat", unreachable)
    settings.LEASE_SECONDS = 0.2
    assert begun.how_it_ended() == "stopped"
    assert row(execution.id).state == "running", "whoever recovers it decides"


def test_a_heartbeat_that_fails_once_is_made_up_for(
    engine: Engine, give: Give, script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    execution = give("hold")
    engine.submit(execution.id)
    script.next()
    heartbeat, failures = claims.heartbeat, iter([ValueError("odd"), OperationalError("down")])

    def fails_at_first(held: Any) -> dict[Any, bool]:
        if error := next(failures, None):
            raise error
        return heartbeat(held)

    monkeypatch.setattr(claims, "heartbeat", fails_at_first)
    assert wait_until(lambda: next(failures, None) is None, TIMEOUT)
    set_row(execution.id, lease_until="now() - interval '1 second'")
    assert wait_until(lease_of(execution), TIMEOUT)


def test_draining_lets_runs_finish_within_the_grace_time(
    engine: Engine, give: Give, script: Script
) -> None:
    execution = give("hold")
    engine.submit(execution.id)
    begun = script.next()
    draining = threading.Thread(target=engine.drain, args=(TIMEOUT,))
    draining.start()
    assert wait_until(lambda: engine.submit(execution.id) is False, TIMEOUT)
    assert wait_until(lambda: Node.objects.get().running == 1, TIMEOUT), "still reporting"
    begun.release()
    draining.join(TIMEOUT)
    assert not draining.is_alive()
    assert row(execution.id).state == "success"
    assert not Node.objects.exists()


def test_draining_hands_back_what_does_not_finish_and_charges_nothing(
    start: Callable[..., Engine], give: Give, script: Script
) -> None:
    engine = start()
    executions = [give("hold", max_attempts=1) for _ in range(8)]
    for execution in executions:
        engine.submit(execution.id)
    for _ in executions:
        script.next()
    engine.drain(0.1)
    for execution in executions:
        found = row(execution.id)
        assert (found.state, found.failures, found.input_tokens) == ("pending", 0, 5)
        assert "handed back" in found.reason
    assert set(AgentTask.objects.values_list("state", "error_type")) == {
        ("cancelled", "handed_back")
    }
    assert recover.republish() == 8
    second = start()
    second.submit(executions[0].id)
    script.next().release()
    assert becomes(executions[0], "success").attempt == 2


def test_what_is_cancelled_while_draining_ends_as_cancelled(
    engine: Engine, give: Give, script: Script
) -> None:
    execution = give("hold")
    engine.submit(execution.id)
    script.next()
    services.cancel_execution(execution=row(execution.id))
    engine.drain(TIMEOUT)
    assert row(execution.id).state == "cancelled"


def test_slots_bound_what_runs_at_once(
    start: Callable[..., Engine], give: Give, script: Script
) -> None:
    engine = start(slots=3)
    executions = [give("hold") for _ in range(5)]

    def submit_all() -> None:
        for execution in executions:
            assert engine.submit(execution.id)

    feeding = threading.Thread(target=submit_all)
    feeding.start()
    begun = [script.next() for _ in range(3)]
    assert wait_until(lambda: Node.objects.get().running == 3, TIMEOUT)
    assert script.nothing_more()
    assert Execution.objects.filter(state="running").count() == 3
    begun[0].release()
    fourth = script.next()
    assert Execution.objects.filter(state="running").count() == 3
    for each in (begun[1], begun[2], fourth, script_last(script, begun[1])):
        each.release()
    feeding.join(TIMEOUT)
    for execution in executions:
        becomes(execution, "success")


def script_last(script: Script, before: Any) -> Any:
    """The last run begins when another one has made room for it."""
    before.release()
    return script.next()


def test_closing_turns_away_whoever_waits_for_a_slot(
    start: Callable[..., Engine], give: Give, script: Script
) -> None:
    engine, answers = start(slots=1), []
    engine.submit(give("hold").id)
    script.next()
    execution = give("ok")
    waiting = threading.Thread(target=lambda: answers.append(engine.submit(execution.id)))
    waiting.start()
    engine.close()
    waiting.join(TIMEOUT)
    assert answers == [False]
    assert row(execution.id).state == "pending"
    assert outcomes.summary("") == ""
