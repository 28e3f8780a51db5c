"""An installation for each module, whose model holds its answers back."""

from collections.abc import Iterator

import pytest

from tests.acceptance.conftest import leading_to
from tests.acceptance.database import Database
from tests.acceptance.installation import Installation
from tests.acceptance.workers.watched_model import WatchedModel


@pytest.fixture(scope="module")
def model() -> Iterator[WatchedModel]:
    """The model of the module's installation."""
    with WatchedModel() as model:
        yield model


@pytest.fixture(scope="module")
def installation(template: Database, model: WatchedModel) -> Iterator[Installation]:
    """Web alone; a message that is lost stays lost for longer than any test lasts."""
    settings = leading_to(model) | {"MAX_SCHEDULES_PER_OWNER": 100, "REPUBLISH_SECONDS": 600}
    with Database(template) as database, Installation(database, **settings) as installation:
        yield installation
