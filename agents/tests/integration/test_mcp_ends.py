"""How runs with MCP servers end: in time, whatever their servers do about it."""

import asyncio
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from pydantic_ai.messages import ModelMessage, ModelResponse
from pydantic_ai.models.function import AgentInfo, FunctionModel

from agents import runtime
from agents.orders import Usage
from agents.runners import llm_models
from agents.tests.conftest import order
from agents.tests.desks import MemoryDesk
from agents.tests.processes import children
from agents.tests.scripted_mcp import ScriptedMcp
from agents.tests.unit.test_tools import Model, ask
from agents.tools import mcp_sessions
from agents.tools.mcp_sessions import BROKEN_OFF_SECONDS, GOODBYE_SECONDS

PROGRAM = "agents.tests.mcp_server"
# Of what is seen here the bound is the most: whoever cancels a run waits for a heartbeat as well.
SLACK_SECONDS = 0.5


@pytest.fixture(autouse=True)
def allowed(settings: Any) -> None:
    settings.ALLOWED_PRIVATE_HOSTS = ["127.0.0.1"]
    settings.ALLOW_STDIO_MCP = True


@pytest.fixture
def servers() -> Iterator[list[ScriptedMcp]]:
    """As many as an agent can have beside a program; none takes leave, nor answers a call."""
    with ExitStack() as stack:
        found = [stack.enter_context(ScriptedMcp()) for _ in range(9)]
        for server in found:
            server.go_on.clear()
        yield found


def entries(servers: list[ScriptedMcp]) -> list[dict[str, Any]]:
    """These, and among them a program that only SIGKILL can end."""
    found = [{"name": f"web{n}", "url": s.url, "default": "allow"} for n, s in enumerate(servers)]
    args = ["-m", PROGRAM, "stubborn"]
    program = {"name": "program", "command": sys.executable, "args": args, "default": "allow"}
    return [*found[:5], program, *found[5:]]


async def broken_off(
    patch: pytest.MonkeyPatch,
    servers: list[dict[str, Any]],
    begun: Callable[[MemoryDesk], bool],
    *calls: tuple[str, dict[str, Any]],
) -> float:
    """Cancel a run once it has `begun`; how long it takes to end."""
    patch.setattr(llm_models, "build", lambda name, clients: FunctionModel(Model(*calls)))
    desk = MemoryDesk()
    wanted = order(mcp_servers=servers, timeout_seconds=60)
    run = asyncio.create_task(runtime.run(wanted, Usage(), desk))
    while not begun(desk):
        assert not run.done(), run.result()
        await asyncio.sleep(0.01)
    begin = time.monotonic()
    run.cancel()
    await asyncio.wait([run])
    assert run.cancelled()
    return time.monotonic() - begin


def is_called(desk: MemoryDesk) -> bool:
    return any(kind == "tool_call" for kind, _ in desk.notes)


@pytest.mark.parametrize("tool", ["web0_t", "program_hang"])
def test_a_cancelled_run_waits_for_no_goodbye(
    monkeypatch: pytest.MonkeyPatch, servers: list[ScriptedMcp], tool: str
) -> None:
    async def scene() -> tuple[float, list[int]]:
        took = await broken_off(monkeypatch, entries(servers), is_called, (tool, {}))
        return took, children(PROGRAM)

    took, left = asyncio.run(scene())
    assert took < BROKEN_OFF_SECONDS + SLACK_SECONDS
    assert left == []
    assert all("DELETE" in server.methods for server in servers), "all were told, at once"


def test_a_run_that_takes_too_long_ends_when_its_time_is_over(
    monkeypatch: pytest.MonkeyPatch, servers: list[ScriptedMcp]
) -> None:
    begin, model = time.monotonic(), Model(("web0_t", {}))
    outcome = ask(monkeypatch, model, mcp_servers=entries(servers), timeout_seconds=15)
    assert time.monotonic() - begin < 15 + BROKEN_OFF_SECONDS + SLACK_SECONDS
    assert "tools/call" in servers[0].methods
    assert outcome.error_type == "timed_out"
    assert children(PROGRAM) == []


def test_a_program_that_never_gets_ready(
    monkeypatch: pytest.MonkeyPatch, servers: list[ScriptedMcp]
) -> None:
    args = ["-c", "trap '' TERM; while :; do read nothing; done"]
    program = {"name": "program", "command": "sh", "args": args}

    async def scene() -> tuple[float, list[int]]:
        wanted = [*entries(servers)[:5], program]
        took = await broken_off(monkeypatch, wanted, lambda desk: children("read nothing") != [])
        return took, children("read nothing")

    took, left = asyncio.run(scene())
    assert took < BROKEN_OFF_SECONDS + SLACK_SECONDS
    assert left == []


def test_a_server_that_never_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    async def scene(silent: socket.socket) -> float:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/mcp"
        connected = asyncio.create_task(asyncio.to_thread(silent.accept))
        entry = {"name": "silent", "url": url, "default": "allow"}
        took = await broken_off(monkeypatch, [entry], lambda desk: connected.done())
        assert mcp_sessions._living == set(), "nobody tries to connect any more"
        connected.result()[0].close()
        return took

    with socket.create_server(("127.0.0.1", 0)) as silent:
        assert asyncio.run(scene(silent)) < BROKEN_OFF_SECONDS + SLACK_SECONDS


def test_sessions_that_cannot_be_ended_neither_spoil_a_run_nor_hold_it_up_for_long(
    monkeypatch: pytest.MonkeyPatch, servers: list[ScriptedMcp]
) -> None:
    answered = []

    class Clocked(Model):
        def __call__(self, messages: list[ModelMessage], info: AgentInfo) -> ModelResponse:
            answered.append(time.monotonic())
            return super().__call__(messages, info)

    model = Clocked(("program_add", {"a": 1, "b": 2}))
    outcome = ask(monkeypatch, model, mcp_servers=entries(servers), timeout_seconds=60)
    bound = GOODBYE_SECONDS + BROKEN_OFF_SECONDS + SLACK_SECONDS
    assert time.monotonic() - answered[-1] < bound
    assert outcome.text == "3"
    assert children(PROGRAM) == []
