"""An owner gives a schedule an end that is still to come when the request arrives."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from agents.models import Agent
from schedules import services
from schedules.models import Schedule
from tests.chaos.api import Answer
from tests.chaos.clock import wall
from tests.chaos.owners import Owner
from tests.clients import send

pytestmark = pytest.mark.django_db


class Here:
    """The API without a server."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def call(self, method: str, path: str, body: object = None) -> Answer:
        """One request; its answer is always known."""
        response = send(self._client, method.lower(), path, body)
        return Answer(response.status_code, response.json(), wall(), wall())


@pytest.fixture
def schedule(ann: User) -> Schedule:
    fields = {"agent": Agent.objects.create(owner=ann, name="helper"), "command": "go"}
    timing = {"schedule_type": "interval", "interval_value": 1, "interval_unit": "hours"}
    return services.create_schedule(owner=ann, fields={"name": "a", **fields, **timing})


def test_an_end_that_has_passed_by_then_changes_nothing(own: Client, schedule: Schedule) -> None:
    habits: Any = None
    arena: Any = SimpleNamespace(port=0)
    owner = Owner(arena, "ann", habits, "seed")
    owner._api = Here(own)  # type: ignore[assignment]
    plan: Any = SimpleNamespace(id=schedule.pk)
    assert owner._ended(plan, timedelta(seconds=-1)) is None
    schedule.refresh_from_db()
    assert schedule.end_at is None
    until = owner._ended(plan, timedelta(hours=2))
    schedule.refresh_from_db()
    assert schedule.end_at == until
