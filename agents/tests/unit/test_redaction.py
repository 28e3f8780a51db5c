"""Keys do not get into what people read."""

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from agents.redaction import hide, redact


def test_known_secrets(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.MODEL_API_KEY = "model-key-1"
    monkeypatch.setenv("ACME_API_KEY", "model-key-1-longer")
    monkeypatch.setenv("ACME_TOKEN", "tok/en+8")
    monkeypatch.setenv("ACME_REGION", "europe-west")
    text = "a model-key-1 b model-key-1-longer c tok/en+8 d europe-west"
    assert redact(text) == "a [hidden] b [hidden] c [hidden] d europe-west"


@pytest.mark.parametrize(
    "text",
    [
        "Incorrect API key provided: sk-proj-planted*****1234.",
        "Authorization: planted",
        "{'authorization': 'planted'}",
        'sent "x-api-key": "planted"',
        "headers Bearer planted",
        "?api_key=planted",
    ],
)
def test_what_looks_like_a_key(text: str) -> None:
    assert "planted" not in redact(text)


def test_short_values_and_plain_words_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_KEY", "a")
    assert redact("a plain risk-free task") == "a plain risk-free task"


@given(st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=8))
@example("hidden]0")
def test_any_model_key(key: str) -> None:
    from django.test import override_settings

    with override_settings(MODEL_API_KEY=key):
        assert redact(f"({key})") == "([hidden])"


def test_an_agents_secrets() -> None:
    text = "a hunter2 b hunter2-longer c pin d 'line\\none' e \"line\\none\""
    secrets = ["hunter2", "hunter2-longer", "pin", "line\none"]
    expected = "a [hidden] b [hidden] c pin d '[hidden]' e \"[hidden]\""
    assert redact(text, secrets) == hide(text, secrets) == expected
    assert hide("Bearer planted", secrets) == "Bearer planted"


def test_former_keys_of_the_deployment(settings: Any) -> None:
    settings.SECRET_KEY_FALLBACKS = ["planted-former-key"]
    assert redact("sealed with planted-former-key") == "sealed with [hidden]"
