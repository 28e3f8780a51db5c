"""A run by the real local model: no key, no network, real token counts."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

from agents import runtime
from agents.runtime import Outcome, Usage
from agents.tests.conftest import order
from scheduler_project.embedded import Services


def test_the_local_model_answers(
    place: Path, start: Callable[..., Services], settings: Any
) -> None:
    services = start(place / "data", database=False, model=True)
    settings.AGENT_MODEL, settings.MODEL_NAME = "local", "smollm2"
    settings.MODEL_BASE_URL = services.environment["MODEL_BASE_URL"]
    settings.MODEL_API_KEY = services.environment["MODEL_API_KEY"]
    usage = Usage()

    def ask(command: str, **changes: Any) -> Outcome:
        return asyncio.run(runtime.run(order(command, timeout_seconds=120, **changes), usage))

    outcome = ask("Say hello.", instructions="Answer in one short sentence.", max_output_tokens=30)
    assert outcome.state == "success", outcome
    assert outcome.text.strip()
    assert usage.input_tokens > 5
    assert 0 < usage.output_tokens <= 30
    assert (usage.llm_calls, usage.model) == (1, "local:smollm2")

    too_long = ask("word " * 10_000)
    assert (too_long.error_type, too_long.retryable) == ("context_too_long", False)

    settings.MODEL_API_KEY = "wrong"
    assert ask("Say hello.").error_type == "bad_credentials"
