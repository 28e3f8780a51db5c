"""Engines with scripted agents."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pytest_django import Settings

from agents.tests.conftest import scripted_model as scripted_model
from schedules import runs
from schedules.models import Execution, Schedule
from schedules.tests.integration.connections import terminate_others
from schedules.tests.integration.scenes import pending
from schedules.tests.integration.worker.scripted_runs import Script
from schedules.worker import Engine

Make = Callable[..., Schedule]


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
