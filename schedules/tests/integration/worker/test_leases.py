"""Heartbeats, cancels, and runs that are somebody else's by now."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import OperationalError
from pytest_django import Settings

from agents.models import AgentTask
from scheduler_project.embedded.waiting import wait_until
from schedules import claims, services
from schedules.models import Execution, Node
from schedules.tests.integration.scenes import row, set_row
from schedules.tests.integration.worker.scripted_runs import Script
from schedules.tests.integration.worker.waits import TIMEOUT, becomes, lease_of
from schedules.worker import Engine

pytestmark = pytest.mark.django_db(transaction=True)
FOR_EVER = 3600


Give = Callable[..., Execution]


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
    settings.LEASE_SECONDS = 2
    execution = give("hold")
    engine.submit(execution.id)
    begun = script.next()

    def unreachable(*held: object) -> dict[Any, Any]:
        raise OperationalError("no route to host")

    monkeypatch.setattr(claims, "heartbeat", unreachable)
    assert begun.how_it_ended() == "stopped"
    assert row(execution.id).state == "running", "whoever recovers it decides"


def test_a_heartbeat_that_fails_once_is_made_up_for(
    engine: Engine, give: Give, script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    execution = give("hold")
    engine.submit(execution.id)
    script.next()
    heartbeat, failures = claims.heartbeat, iter([ValueError("odd"), OperationalError("down")])

    def fails_at_first(*held: Any) -> dict[Any, Any]:
        if error := next(failures, None):
            raise error
        return heartbeat(*held)

    monkeypatch.setattr(claims, "heartbeat", fails_at_first)
    assert wait_until(lambda: next(failures, None) is None, TIMEOUT)
    set_row(execution.id, lease_until="now() - interval '1 second'")
    assert wait_until(lease_of(execution), TIMEOUT)
