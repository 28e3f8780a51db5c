"""Which model strings an agent may have, and what they lead to."""

from typing import Any

import pytest
from pydantic_ai.models.openai import OpenAIChatModel, OpenAIResponsesModel

from agents import model_names
from agents.errors import ErrorType, RunFailed
from agents.runners import llm_models
from agents.runners.llm_clients import Clients


@pytest.mark.parametrize(
    "model", ["", "local", "openai:gpt-5", "anthropic:claude-sonnet-4-5", "google:gemini-2.5-pro"]
)
def test_good(model: str) -> None:
    llm_models.check(model)


@pytest.mark.parametrize(
    ("model", "hint"),
    [
        ("gpt-5", "Write provider:model"),
        ("openai:", "Write provider:model"),
        ("openai: ", "Write provider:model"),
        (":gpt-5", "Write provider:model"),
        ("test", "Write provider:model"),
        ("opnai:gpt-5", "Did you mean openai?"),
        ("nonsense:x", "no provider 'nonsense'"),
        ("gateway/:x", "no provider"),
        ("groq:llama", "package for models of groq is not installed"),
    ],
)
def test_bad(model: str, hint: str) -> None:
    with pytest.raises(ValueError, match=r"\.$") as caught:
        llm_models.check(model)
    assert hint in str(caught.value)


def failure(model: str) -> RunFailed:
    with pytest.raises(RunFailed) as caught:
        llm_models.build(model, Clients())
    return caught.value


def test_no_local_endpoint(settings: Any) -> None:
    settings.MODEL_BASE_URL = ""
    error = failure("local:small")
    assert error.error_type is ErrorType.UNKNOWN_MODEL
    assert "MODEL_BASE_URL" in error.message


def test_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    error = failure("openai:gpt-5")
    assert error.error_type is ErrorType.BAD_CREDENTIALS
    assert error.message == (
        "The provider of openai:gpt-5 is not set up on this server: "
        "the workers need OPENAI_API_KEY."
    )


def test_a_default_model_that_is_none(settings: Any) -> None:
    settings.AGENT_MODEL = "gpt-5"
    assert failure(model_names.resolve("")).error_type is ErrorType.UNKNOWN_MODEL


def test_models_are_made_once_per_loop(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "x")
    clients = Clients()
    model = llm_models.build("openai:gpt-5", clients)
    assert isinstance(model, OpenAIResponsesModel)
    assert llm_models.build("openai:gpt-5", clients) is model


def test_the_local_endpoint_may_move(settings: Any) -> None:
    clients = Clients()
    for url in ("http://127.0.0.1:1/v1/", "https://models.example/v1/"):
        settings.MODEL_BASE_URL = url
        model = llm_models.build("local:small", clients)
        assert isinstance(model, OpenAIChatModel)
        assert model.base_url == url
