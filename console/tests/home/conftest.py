"""Ann and Bob with schedules."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.cache import cache

from agents.models import Agent
from schedules import services
from schedules.models import Schedule
from tests.clients import person


@pytest.fixture(autouse=True)
def _nothing_kept() -> None:
    """Days of tests before are forgotten."""
    cache.clear()


@pytest.fixture
def bob() -> User:
    """Somebody else."""
    return person("bob")


@pytest.fixture
def make(ann: User) -> Callable[..., Schedule]:
    """A schedule, of ann's unless told otherwise; hourly, on the hour."""

    def create(name: str, owner: User = ann, **fields: Any) -> Schedule:
        agent, _ = Agent.objects.get_or_create(owner=owner, name="helper")
        values = {"name": name, "agent": agent, "command": "say hello"}
        if "schedule_type" not in fields:
            values |= {"schedule_type": "cron", "cron_expression": "0 * * * *"}
        return services.create_schedule(owner=owner, fields=values | fields)

    return create
