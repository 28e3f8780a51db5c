"""An owner with an agent and schedules, on real servers; a queue that no other test run reads."""

import os
import signal
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.auth.models import User
from pytest_django import Settings

from agents.models import Agent
from scheduler_project.celery import app
from schedules import broker, services
from schedules.beat import LedgerScheduler
from schedules.models import Schedule
from schedules.tests.integration.connections import OtherConnection
from schedules.tests.integration.scenes import end
from tests.clients import person


@pytest.fixture(autouse=True)
def _own_queue(settings: Settings) -> Iterator[None]:
    settings.MINIMUM_GAP_SECONDS = 60
    queue = settings.CELERY_TASK_DEFAULT_QUEUE = f"tests-{os.getpid()}"
    broker.client().delete(queue)
    yield
    broker.client().delete(queue)


@pytest.fixture
def owner() -> User:
    return person("ann")


@pytest.fixture
def agent(owner: User) -> Agent:
    return Agent.objects.create(owner=owner, name="helper")


@pytest.fixture
def make(owner: User, agent: Agent) -> Callable[..., Schedule]:
    """A schedule of the owner's: hourly, from now on, unless told otherwise."""
    numbers = iter(range(1_000_000))

    def create(**fields: Any) -> Schedule:
        values = {"name": f"schedule {next(numbers)}", "agent": agent, "command": "say hello"}
        if "schedule_type" not in fields:
            values |= {"schedule_type": "interval", "interval_value": 1, "interval_unit": "hours"}
        return services.create_schedule(owner=owner, fields=values | fields)

    return create


@pytest.fixture
def schedule(make: Callable[..., Schedule]) -> Schedule:
    return make()


@pytest.fixture
def other(connect: Callable[[], OtherConnection]) -> OtherConnection:
    return connect()


class NoSleep:
    """Stands for beat's listener."""

    def wait(self, seconds: float) -> None:
        """Not at all."""

    def close(self) -> None:
        """There is nothing to close."""


@pytest.fixture
def signals() -> Iterator[None]:
    """Whoever handles them meanwhile, pytest does again afterwards."""
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.fixture
def beat(signals: None) -> Iterator[LedgerScheduler]:
    """In this process; it never sleeps."""
    beat = LedgerScheduler(app=app)
    beat._listener = NoSleep()  # type: ignore[assignment]
    yield beat
    beat._finalize.cancel()
    end(beat._burst)


@pytest.fixture
def broker_down(settings: Settings) -> Iterator[Callable[[], None]]:
    """Redis cannot be reached, until the function that this gives is called."""
    url = settings.CELERY_BROKER_URL

    def point_to(address: str) -> None:
        settings.CELERY_BROKER_URL = address
        broker.client.cache_clear()

    point_to("redis://127.0.0.1:1/0")
    yield lambda: point_to(url)
    point_to(url)
