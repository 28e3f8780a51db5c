"""A worker that was frozen between a claim and its start asks whether the run is still its own."""

import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import OperationalError

from scheduler_project.embedded.waiting import wait_until
from schedules import claims, runs, services, taking
from schedules.models import Execution
from schedules.tests.integration.scenes import row, set_row
from schedules.tests.integration.worker.scripted_runs import Script
from schedules.tests.integration.worker.waits import TIMEOUT, becomes, given_up
from schedules.worker import Engine

pytestmark = pytest.mark.django_db(transaction=True)
Give = Callable[..., Execution]
AN_HOUR = 3600.0


@pytest.fixture
def after_the_claim(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], object]], None]:
    """Has something done while the worker sleeps for an hour, with the claim in its hand."""
    slept = 0.0
    clock = SimpleNamespace(monotonic=lambda: time.monotonic() + slept)
    monkeypatch.setattr(taking, "time", clock)
    take = runs.take

    def sleep_over(meanwhile: Callable[[], object]) -> None:
        def claimed_and_slept(*args: Any) -> Any:
            nonlocal slept
            jobs = take(*args)
            meanwhile()
            slept += AN_HOUR
            return jobs

        monkeypatch.setattr(runs, "take", claimed_and_slept)

    return sleep_over


def test_what_was_given_up_meanwhile_is_not_started(
    engine: Engine,
    give: Give,
    script: Script,
    after_the_claim: Callable[[Callable[[], object]], None],
) -> None:
    execution = give("hold", max_attempts=1)

    def give_up() -> None:
        assert given_up(execution)

    after_the_claim(give_up)
    engine.submit(execution.id)
    assert wait_until(lambda: row(execution.id).state == "failed", TIMEOUT)
    assert wait_until(lambda: not engine._carried, TIMEOUT)
    assert script.nothing_more()


def test_nothing_starts_in_a_worker_that_slept_after_its_last_look(
    engine: Engine, give: Give, script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = SimpleNamespace(monotonic=lambda: time.monotonic() + AN_HOUR)
    monkeypatch.setattr(runs, "time", later)
    execution = give("hold", max_attempts=1)
    engine.submit(execution.id)
    assert wait_until(lambda: row(execution.id).state == "running", TIMEOUT)
    assert wait_until(lambda: not engine._carried, TIMEOUT)
    assert script.nothing_more()
    assert given_up(execution)
    assert row(execution.id).error_type == "worker_lost"


def test_what_is_still_its_own_is_started_with_a_fresh_lease(
    engine: Engine, give: Give, after_the_claim: Callable[[Callable[[], object]], None]
) -> None:
    execution = give("ok", max_attempts=1)
    after_the_claim(lambda: set_row(execution.id, lease_until="now() - interval '1 second'"))
    engine.submit(execution.id)
    assert becomes(execution, "success").attempt == 1


def test_what_was_cancelled_meanwhile_is_ended_without_being_started(
    engine: Engine,
    give: Give,
    script: Script,
    after_the_claim: Callable[[Callable[[], object]], None],
) -> None:
    execution = give("hold", max_attempts=1)
    after_the_claim(lambda: services.cancel_execution(execution=row(execution.id)))
    engine.submit(execution.id)
    becomes(execution, "cancelled")
    assert script.nothing_more()


def test_a_database_that_is_away_then_is_waited_for(
    engine: Engine,
    give: Give,
    monkeypatch: pytest.MonkeyPatch,
    after_the_claim: Callable[[Callable[[], object]], None],
) -> None:
    execution = give("ok", max_attempts=1)
    heartbeat, failures = claims.heartbeat, iter([OperationalError("down")])

    def away_at_first(*held: Any) -> Any:
        if execution.id in held[0] and (error := next(failures, None)):
            raise error
        return heartbeat(*held)

    monkeypatch.setattr(claims, "heartbeat", away_at_first)
    after_the_claim(lambda: None)
    engine.submit(execution.id)
    assert becomes(execution, "success").attempt == 1
    assert next(failures, None) is None
