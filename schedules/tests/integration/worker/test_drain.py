"""A worker takes what it has slots for, and leaves in good order."""

import threading
from collections.abc import Callable, Sequence
from queue import SimpleQueue
from typing import Any
from uuid import UUID

import pytest

from agents.models import AgentTask
from scheduler_project.embedded.waiting import wait_until
from schedules import nodes, recover, services
from schedules.models import Execution, Node
from schedules.tests.integration.scenes import row
from schedules.tests.integration.worker.scripted_runs import Script
from schedules.tests.integration.worker.waits import TIMEOUT, becomes
from schedules.worker import Engine

pytestmark = pytest.mark.django_db(transaction=True)


Give = Callable[..., Execution]


def test_draining_lets_runs_finish_within_the_grace_time(
    engine: Engine, give: Give, script: Script
) -> None:
    execution = give("hold")
    engine.submit(execution.id)
    begun = script.next()
    draining = threading.Thread(target=engine.drain, args=(TIMEOUT,))
    draining.start()
    assert wait_until(lambda: engine.submit(execution.id) == (execution.id,), TIMEOUT)
    assert wait_until(lambda: Node.objects.get().running == 1, TIMEOUT), "still reporting"
    begun.release()
    draining.join(TIMEOUT)
    assert not draining.is_alive()
    assert row(execution.id).state == "success"
    assert not Node.objects.exists()


def test_a_report_that_is_under_way_does_not_bring_a_worker_back_that_has_left(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    under_way, goes_on, has_left = threading.Event(), threading.Event(), threading.Event()
    report, leave = nodes.report, nodes.leave

    def slow_report(*args: Any) -> None:
        under_way.set()
        assert goes_on.wait(TIMEOUT)
        report(*args)

    def noticed_leave(name: str) -> None:
        leave(name)
        has_left.set()

    monkeypatch.setattr(nodes, "report", slow_report)
    monkeypatch.setattr(nodes, "leave", noticed_leave)
    assert under_way.wait(TIMEOUT)
    draining = threading.Thread(target=engine.drain, args=(TIMEOUT,))
    draining.start()
    assert not has_left.wait(0.3)
    goes_on.set()
    draining.join(TIMEOUT)
    assert has_left.is_set()
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


def test_what_fails_because_it_is_handed_back_is_handed_back(
    engine: Engine, give: Give, script: Script
) -> None:
    execution = give("clumsy", max_attempts=1)
    engine.submit(execution.id)
    script.next()
    engine.drain(0.1)
    found = row(execution.id)
    assert (found.state, found.failures) == ("pending", 0)


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
        left: Sequence[UUID] = [execution.id for execution in executions]
        while left:
            left = engine.submit(*left)

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
    engine, answers = start(slots=1), SimpleQueue[Sequence[UUID]]()
    engine.submit(give("hold").id)
    script.next()
    execution = give("ok")
    waiting = threading.Thread(target=lambda: answers.put(engine.submit(execution.id)))
    waiting.start()
    engine.close()
    assert answers.get(timeout=TIMEOUT) == (execution.id,)
    assert row(execution.id).state == "pending"
