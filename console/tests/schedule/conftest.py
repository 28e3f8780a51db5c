"""Ann with an agent and schedules, and the browsers of those who look at them."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from agents.models import Agent
from schedules import services
from schedules.models import Schedule
from tests.clients import person


@pytest.fixture
def agent(ann: User) -> Agent:
    return Agent.objects.create(owner=ann, name="helper")


@pytest.fixture
def make(ann: User, agent: Agent) -> Callable[..., Schedule]:
    """A schedule of ann's: on weekdays at 07:30 in Berlin, unless told otherwise."""

    def create(**fields: Any) -> Schedule:
        values = {"name": "morning", "agent": agent, "command": "say hello"}
        if "schedule_type" not in fields:
            values |= {"schedule_type": "cron", "cron_expression": "30 7 * * MON-FRI"}
            values |= {"timezone": "Europe/Berlin"}
        return services.create_schedule(owner=ann, fields=values | fields)

    return create


@pytest.fixture
def schedule(make: Callable[..., Schedule]) -> Schedule:
    return make()


def browser_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def anns(ann: User) -> Client:
    """Ann's browser."""
    return browser_of(ann)


@pytest.fixture
def eves() -> Client:
    """The browser of another owner."""
    return browser_of(person("eve"))
