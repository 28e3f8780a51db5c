"""People, their clients and schedules for the tests of the edges."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from agents.models import Agent
from schedules import services
from schedules.models import Schedule
from tests.clients import client_of, person


@pytest.fixture
def agent(ann: User) -> Agent:
    return Agent.objects.create(owner=ann, name="helper")


@pytest.fixture
def staff() -> Client:
    """The API client of somebody on the staff."""
    return client_of(person("root", is_staff=True))


@pytest.fixture
def make(ann: User, agent: Agent) -> Callable[..., Schedule]:
    """A schedule of ann's; started by hand unless told otherwise."""

    def create(**fields: Any) -> Schedule:
        number = Schedule.objects.count()
        values = {"name": f"schedule {number}", "agent": agent, "command": "say hello"}
        values["schedule_type"] = "manual"
        return services.create_schedule(owner=ann, fields=values | fields)

    return create
