"""Rows are written as DRF writes them."""

import json
from typing import Any

import pytest
from django.contrib.auth.models import User
from rest_framework.renderers import JSONRenderer
from rest_framework.serializers import ModelSerializer

from agents.api.serializers import AgentSerializer
from agents.models import Agent
from scheduler_project.api.json import Renderer
from scheduler_project.api.rows import RowSerializer
from schedules import services
from schedules.api.serializers import (
    ExecutionDetailSerializer,
    ExecutionSerializer,
    ScheduleSerializer,
)
from schedules.models import Execution
from schedules.tests.integration.scenes import fail, park, running, succeed

pytestmark = pytest.mark.django_db(transaction=True)


def by_drf(serializer: Any, row: Any) -> Any:
    """What DRF makes of a row without the mixin, nested rows with it."""
    shown = ModelSerializer.to_representation(serializer, row)
    return json.loads(JSONRenderer().render(shown))


def by_us(serializer: Any, row: Any) -> Any:
    return json.loads(Renderer().render(serializer.to_representation(row)))


@pytest.fixture
def agent(ann: User) -> Agent:
    return Agent.objects.create(owner=ann, name="helper", options={"url": "https://example.com"})


def test_every_kind_of_row(ann: User, agent: Agent) -> None:
    timing = {"schedule_type": "cron", "cron_expression": "30 7 * * *", "timezone": "Europe/Rome"}
    fields = {"name": "daily", "agent": agent, "command": "say hello", "max_attempts": 2}
    schedule = services.create_schedule(owner=ann, fields=fields | timing)
    assert succeed(running(schedule), cost="0.25", result="hello")
    assert fail(running(schedule), retryable=False, error_type="timed_out")
    park(running(schedule))
    rows = [
        (ScheduleSerializer(), schedule),
        (AgentSerializer(), agent),
        *((ExecutionDetailSerializer(), execution) for execution in Execution.objects.all()),
    ]
    executions, schedules = Execution.objects.all(), type(schedule).objects.all()
    assert len(rows) == 5
    lists: list[tuple[Any, Any]] = [
        (ExecutionSerializer(), executions),
        (ScheduleSerializer(), schedules),
    ]
    for serializer, found in lists:
        for row, kept in zip(found, type(serializer).tuples(found), strict=True):
            assert by_us(serializer, kept) == by_drf(serializer, row)
    for serializer, row in rows:
        assert isinstance(serializer, RowSerializer)
        assert by_us(serializer, row) == by_drf(serializer, row)
