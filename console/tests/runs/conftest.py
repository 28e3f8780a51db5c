"""Schedules of ann's, for the tests of pages and lists of runs."""

from collections.abc import Callable

import pytest

from schedules.models import Schedule
from schedules.tests.api.conftest import agent as agent
from schedules.tests.api.conftest import make as make


@pytest.fixture
def schedule(make: Callable[..., Schedule]) -> Schedule:
    return make(name="nightly")
