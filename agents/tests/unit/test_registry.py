"""The registry of runner kinds."""

import subprocess
import sys

import pytest

from agents import runners
from agents.errors import ErrorType, RunFailed
from agents.runners.llm import LlmRunner


def test_known_kinds() -> None:
    assert runners.names() == ["function", "llm", "webhook"]
    assert isinstance(runners.get("llm"), LlmRunner)
    assert runners.get("llm") is runners.get("llm")


def test_unknown_kind() -> None:
    known = "there is: function, llm, webhook"
    with pytest.raises(RunFailed, match=f"no runner 'x' here; {known}") as caught:
        runners.get("x")
    assert caught.value.error_type is ErrorType.UNKNOWN_RUNNER


def test_a_kind_can_be_replaced() -> None:
    runners.register("other", "agents.runners.llm.LlmRunner")
    first = runners.get("other")
    runners.register("other", "agents.runners.llm.LlmRunner")
    assert runners.get("other") is not first
    runners.unregister("other")
    assert runners.names() == ["function", "llm", "webhook"]


def test_the_registry_loads_no_provider() -> None:
    """Beat and web import the runtime; they must not pay for pydantic-ai."""
    code = "import agents.runtime, agents.services, sys; sys.exit('pydantic_ai' in sys.modules)"
    setup = "import django; django.setup(); "
    assert subprocess.run([sys.executable, "-c", setup + code], check=False).returncode == 0


def test_warming_up_loads_them_all() -> None:
    code = "from agents import runners; import sys; runners.load_all(); print(*sys.modules)"
    setup = "import django; django.setup(); "
    command = [sys.executable, "-c", setup + code]
    loaded = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    assert {"pydantic_ai", "openai"} <= set(loaded)


def test_which_kinds_may_spend() -> None:
    found = [runners.get(name) and runners.spends(name) for name in runners.names()]
    assert found == [False, True, False]
    assert runners.spends("x")
    runners.register("other", "agents.runners.webhook.WebhookRunner")
    assert runners.spends("other")
    assert runners.get("other")
    assert not runners.spends("other")
    runners.unregister("other")
