"""Browsers; and somebody's things, marked so that they are noticed in answers to others."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db.models import Model
from django.test import Client

from accounts.models import ApiKey
from agents.models import Agent, AgentTask, Spending
from console.tests.walk import keys_of
from hooks.models import Hook
from schedules import services
from schedules.models import Approval, Execution, Notification, Schedule
from schedules.tests.api.conftest import agent, ids, make  # noqa: F401
from tests.clients import person

MARK = "zq7"


@pytest.fixture
def browser(ann: User) -> Client:
    """Ann's."""
    client = Client()
    client.force_login(ann)
    return client


@pytest.fixture
def strangers() -> Client:
    """The browser of somebody who has nothing to do with ann."""
    client = Client()
    client.force_login(person("eve"))
    return client


@pytest.fixture
def anns(ann: User, ids: dict[str, Any]) -> dict[type[Model], Any]:  # noqa: F811
    """One of each kind, all of ann's, whose texts have MARK in them."""
    services.stop(owner=ann, by=MARK, note=MARK, by_staff=False)
    User.objects.filter(pk=ann.pk).update(username=f"ann {MARK}")
    for model in (Schedule, Agent, ApiKey, Hook):
        model.objects.update(name=MARK)
    Hook.objects.update(url=f"https://example.com/{MARK}")
    Execution.objects.update(schedule_name=MARK, command=MARK)
    AgentTask.objects.update(command=MARK)
    Spending.objects.update(model=MARK)
    Notification.objects.update(message=MARK)
    Approval.objects.update(tool=MARK)
    return keys_of(ann)


@pytest.fixture
def eve() -> User:
    """Somebody else."""
    return person("eve")
