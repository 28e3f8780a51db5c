"""The package of docs/agents.md, "Adding a runner or a tool", is built, found and used."""

import asyncio
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from pydantic_ai.messages import ModelMessage, ModelResponse, TextPart, ToolCallPart
from pydantic_ai.models.function import AgentInfo, FunctionModel

from agents import functions, runners, runtime, tools
from agents.orders import Outcome, Usage
from agents.runners import llm_models
from agents.tests.conftest import order
from agents.tests.desks import MemoryDesk
from agents.tests.packages import installed

TEXT = (Path(settings.BASE_DIR) / "docs/agents.md").read_text()
SECTION = TEXT.partition("## Adding a runner or a tool")[2].partition("\n## ")[0]


def block(language: str) -> str:
    (found,) = re.findall(rf"^```{language}\n(.*?)^```", SECTION, re.MULTILINE | re.DOTALL)
    return str(found)


def entry_points() -> str:
    """The lines of pyproject.toml as an installer writes them down."""
    groups = tomllib.loads(block("toml"))["project"]["entry-points"]
    lines = (
        f"[{group}]\n" + "".join(f"{name} = {value}\n" for name, value in entries.items())
        for group, entries in groups.items()
    )
    return "\n".join(lines)


@pytest.fixture(autouse=True)
def package(tmp_path: Path) -> Iterator[pytest.MonkeyPatch]:
    with installed(tmp_path, "acme_agents", block("python"), entry_points()) as patch:
        yield patch


def run(desk: MemoryDesk | None = None, **changes: Any) -> Outcome:
    return asyncio.run(runtime.run(order(**changes), Usage(), desk or MemoryDesk()))


def test_its_names_are_known() -> None:
    assert runners.names() == ["echo", "function", "llm", "webhook"]
    assert "convert" in tools.registry.names()
    assert functions.registry().names() == ["tidy_up"]
    tools.check({"convert": "allow"})
    runners.get("function").check_options({"function": "tidy_up"})


def test_its_runner_runs_an_order() -> None:
    assert run(command="hi", runner="echo", options={"times": 2}).text == "hi hi"
    with pytest.raises(ValueError, match="number of times"):
        runners.get("echo").check_options({})
    assert not runners.spends("echo")


def test_its_function_runs_an_order() -> None:
    options = {"function": "tidy_up"}
    assert run(command="drafts", runner="function", options=options).text == '{"deleted": 3}'
    outcome = run(command="letters", runner="function", options=options)
    assert (outcome.error_type, outcome.error_message) == (
        "request_rejected",
        "Only drafts can be tidied up.",
    )


def test_a_model_uses_its_tool(package: pytest.MonkeyPatch) -> None:
    seen: list[ModelMessage] = []

    def answer(messages: list[ModelMessage], info: AgentInfo) -> ModelResponse:
        seen[:] = messages
        (tool,) = info.function_tools
        assert tool.description == "What an amount of euros is worth in another currency."
        assert set(tool.parameters_json_schema["properties"]) == {"euros", "currency"}
        currency = {1: "XYZ", 3: "CHF"}.get(len(messages))
        if currency:
            return ModelResponse([ToolCallPart("convert", {"euros": 10, "currency": currency})])
        return ModelResponse([TextPart(str(messages[-1].parts[0].content))])  # type: ignore[union-attr]

    package.setattr(llm_models, "build", lambda name, clients: FunctionModel(answer))
    desk = MemoryDesk()
    assert run(desk, runner="llm", tools={"convert": "allow"}).text == "9.3"
    assert "there is: CHF, USD" in str(seen)
    assert desk.kept == {"currency": "CHF"}
