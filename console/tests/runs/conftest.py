"""Schedules of ann's, and browsers, for the tests of pages and lists of runs."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client

from schedules.models import Schedule
from schedules.tests.api.conftest import agent as agent
from schedules.tests.api.conftest import make as make
from tests.clients import person


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
def schedule(make: Callable[..., Schedule]) -> Schedule:
    return make(name="nightly")
