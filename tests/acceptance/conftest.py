"""Installations for acceptance tests; the model is scripted and on loopback."""

from collections.abc import Iterator

import pytest

from tests.acceptance.installation import Installation
from tests.scripted_model import ScriptedModel


@pytest.fixture(scope="session")
def model() -> Iterator[ScriptedModel]:
    """One scripted model for all of them."""
    with ScriptedModel() as model:
        yield model


def settings_for(model: ScriptedModel, **settings: object) -> dict[str, object]:
    """Environment of an installation that uses the scripted model."""
    return {"MODEL_BASE_URL": model.url, "MODEL_API_KEY": "key", "LOG_LEVEL": "INFO", **settings}


@pytest.fixture(scope="module")
def running(model: ScriptedModel) -> Iterator[Installation]:
    """Web, two beats and a worker, shared by the tests of a module."""
    with Installation(**settings_for(model)) as installation:
        installation.beat()
        installation.beat()
        installation.worker()
        yield installation


@pytest.fixture
def installation(model: ScriptedModel) -> Iterator[Installation]:
    """Web alone, with short leases and republishing: for tests that kill processes."""
    quick = {"LEASE_SECONDS": 3, "REPUBLISH_SECONDS": 2, "WORKER_GRACE_SECONDS": 1}
    with Installation(**settings_for(model, **quick)) as installation:
        yield installation
