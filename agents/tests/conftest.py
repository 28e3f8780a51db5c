"""What the tests of agents share."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest

from agents.orders import Order
from tests.scripted_model import ScriptedModel


@pytest.fixture
def scripted_model(settings: Any) -> Iterator[ScriptedModel]:
    """The scripted model, configured as this deployment's local one."""
    with ScriptedModel() as model:
        settings.AGENT_MODEL = "local"
        settings.MODEL_BASE_URL = model.url
        settings.MODEL_API_KEY = "planted-secret-key"
        settings.MODEL_NAME = "scripted"
        yield model


def order(command: str = "say hello", **changes: Any) -> Order:
    """An order for a run with sensible limits."""
    values: dict[str, Any] = {
        "task_id": UUID(int=1),
        "execution_id": UUID(int=2),
        "attempt": 1,
        "runner": "llm",
        "model": "",
        "instructions": "",
        "command": command,
        "max_output_tokens": 50,
        "max_llm_calls": 3,
        "timeout_seconds": 10.0,
    }
    return Order(**(values | changes))
