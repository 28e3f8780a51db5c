"""What installations for tests are made of; the model is scripted and on loopback."""

from collections.abc import Iterator

import pytest

from tests.acceptance.database import Database
from tests.scripted_model import ScriptedModel


@pytest.fixture(scope="session")
def model() -> Iterator[ScriptedModel]:
    """One scripted model for all of them."""
    with ScriptedModel() as model:
        yield model


@pytest.fixture(scope="session")
def template() -> Iterator[Database]:
    """A migrated database with owners, to be copied."""
    with Database() as database:
        database.fill()
        yield database
