"""Which model a string means."""

from typing import Any

import pytest

from agents import model_names


def test_resolve(settings: Any) -> None:
    settings.AGENT_MODEL, settings.MODEL_NAME = "local", "small"
    assert model_names.resolve("") == model_names.resolve("local") == "local:small"
    assert model_names.resolve("openai:gpt-5") == "openai:gpt-5"
    settings.AGENT_MODEL = "anthropic:claude-sonnet-4-5"
    assert model_names.resolve("") == "anthropic:claude-sonnet-4-5"
    assert model_names.resolve("local") == "local:small"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://127.0.0.1:8080/v1", True),
        ("http://[::1]:8080/v1", True),
        ("http://localhost/v1", True),
        ("https://api.example/v1", False),
        ("http://10.0.0.1/v1", False),
        ("", False),
    ],
)
def test_loopback(url: str, expected: bool) -> None:
    assert model_names.is_loopback(url) is expected
