"""Installations for acceptance tests; the model is scripted and on loopback."""

from collections.abc import Iterator

import pytest

from tests.acceptance.database import Database
from tests.acceptance.installation import Installation
from tests.scripted_model import ScriptedModel


@pytest.fixture(scope="module")
def running(template: Database, model: ScriptedModel) -> Iterator[Installation]:
    """Web, two beats and a worker, shared by the tests of a module."""
    with (
        Database(template) as database,
        Installation(database, **leading_to(model)) as installation,
    ):
        installation.beat()
        installation.beat()
        installation.worker()
        yield installation


@pytest.fixture
def installation(template: Database, model: ScriptedModel) -> Iterator[Installation]:
    """Web alone; lost messages go out again, and leaving workers leave, after a short while."""
    quick = {"REPUBLISH_SECONDS": 2, "WORKER_GRACE_SECONDS": 1}
    with (
        Database(template) as database,
        Installation(database, **leading_to(model), **quick) as installation,
    ):
        yield installation


def leading_to(model: ScriptedModel) -> dict[str, object]:
    """Environment of an installation that uses the scripted model."""
    return {"MODEL_BASE_URL": model.url, "MODEL_API_KEY": "key"}
