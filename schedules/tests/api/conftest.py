"""People, their clients and schedules for the tests of the edges."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from accounts import keys
from agents.models import Agent
from hooks import services as hook_services
from hooks.tests.scenes import hook_of
from schedules import services
from schedules.models import Notification, Schedule
from schedules.tests.integration.money import limit, spent
from schedules.tests.integration.scenes import park, running
from tests.clients import client_of, superuser


@pytest.fixture
def agent(ann: User) -> Agent:
    return Agent.objects.create(owner=ann, name="helper")


@pytest.fixture
def staff() -> Client:
    """The API client of somebody on the staff."""
    return client_of(superuser("root"))


@pytest.fixture
def make(ann: User, agent: Agent) -> Callable[..., Schedule]:
    """A schedule of ann's; started by hand unless told otherwise."""

    def create(**fields: Any) -> Schedule:
        number = Schedule.objects.count()
        values = {"name": f"schedule {number}", "agent": agent, "command": "say hello"}
        values["schedule_type"] = "manual"
        return services.create_schedule(owner=ann, fields=values | fields)

    return create


@pytest.fixture
def ids(make: Callable[..., Schedule]) -> dict[str, Any]:
    """One thing of ann's of each kind, by the kind's address."""
    schedule = make()
    task = services.start_agent_task(owner=schedule.owner, agent=schedule.agent, command="look")
    (approval,) = park(running(schedule))
    budget = limit(schedule, 10_000)
    spent(schedule, input_tokens=5)
    key, _ = keys.issue(owner=schedule.owner, name="laptop", scope="read")
    hook = hook_of(schedule.owner)
    return {
        "api-keys": key.pk,
        "approvals": approval.pk,
        "agents": schedule.agent_id,
        "agent-tasks": task.pk,
        "budgets": budget.pk,
        "deliveries": hook_services.ping(hook=hook).pk,
        "executions": approval.parking.execution_id,
        "hooks": hook.pk,
        "notifications": Notification.objects.get().pk,
        "scheduled-commands": schedule.pk,
    }
