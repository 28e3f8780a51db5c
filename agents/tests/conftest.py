"""What the tests of agents share."""

import json
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

import pytest

from agents.desk import NoDesk
from agents.models import AgentTaskEvent
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


@pytest.fixture
def first(monkeypatch: pytest.MonkeyPatch) -> Iterator[ScriptedModel]:
    """The provider of a model that the local one can stand in for."""
    with ScriptedModel() as model:
        monkeypatch.setenv("OPENAI_API_KEY", "planted-openai-key")
        monkeypatch.setenv("OPENAI_BASE_URL", model.url)
        yield model


class Notes(NoDesk):
    """A desk that keeps the trace."""

    def __init__(self) -> None:
        self.notes: list[tuple[str, dict[str, Any]]] = []

    def note(self, kind: str, data: Mapping[str, Any]) -> None:
        """Keep it as the database would: as JSON."""
        self.notes.append((AgentTaskEvent.Kind(kind).value, json.loads(json.dumps(data))))

    def of(self, kind: str) -> list[dict[str, Any]]:
        """The data of all notes of a kind."""
        return [data for each, data in self.notes if each == kind]

    @property
    def kinds(self) -> list[str]:
        """What was noted, in order."""
        return [kind for kind, _ in self.notes]


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
