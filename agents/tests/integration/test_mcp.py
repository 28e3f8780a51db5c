"""MCP servers as they are: over HTTP on loopback, and over stdio in a process."""

import asyncio
import io
import json
import logging
import socket
import sys
import time
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic_ai.models.function import FunctionModel

from agents import runtime
from agents.orders import Outcome, Usage
from agents.runners import llm_models
from agents.tests.conftest import order
from agents.tests.desks import MemoryDesk
from agents.tests.mcp_server import McpServer
from agents.tests.processes import children
from agents.tests.unit.test_tools import Model, ask
from tests.scripted_web import ScriptedWeb, answer

SECRETS = {"wiki_token": "planted-secret"}
PROGRAM = "agents.tests.mcp_server"


@pytest.fixture(scope="module")
def running() -> Iterator[McpServer]:
    with McpServer() as server:
        yield server


@pytest.fixture
def server(running: McpServer, settings: Any) -> McpServer:
    settings.ALLOWED_PRIVATE_HOSTS = ["127.0.0.1"]
    running.requests.clear()
    running.refuse, running.legacy = 0, False
    return running


def entry(server: McpServer, **more: Any) -> dict[str, Any]:
    return {"name": "wiki", "url": server.url, "default": "allow"} | more


def program(**more: Any) -> dict[str, Any]:
    args = ["-m", PROGRAM]
    return {"name": "wiki", "command": sys.executable, "args": args, "default": "allow"} | more


def run(patch: pytest.MonkeyPatch, server: dict[str, Any], model: Model, **more: Any) -> Outcome:
    values = {"secrets": SECRETS, "timeout_seconds": 120} | more
    return ask(patch, model, MemoryDesk(), mcp_servers=[server], **values)


def test_its_tools_are_used(monkeypatch: pytest.MonkeyPatch, server: McpServer) -> None:
    model = Model(
        ("wiki_add", {"a": 1, "b": 2}),
        ("wiki_shout", {"text": "ab", "times": 2}),
        ("wiki_fail", {"text": "oh no"}),
        ("wiki_picture", {}),
        ("wiki_shout", {"text": "x", "times": 30_000}),
    )
    assert run(monkeypatch, entry(server), model).state == "success"
    assert "wiki_add" in model.offered
    total, loud, failed, picture, long = model.results
    assert (total, loud) == (3, "ABAB")
    assert "oh no" in failed
    assert picture == "[Left out: 1,000 bytes of image/png.]"
    assert long.endswith("[Cut here: the result had 30,000 characters.]")


def test_a_server_with_sessions(monkeypatch: pytest.MonkeyPatch, server: McpServer) -> None:
    server.legacy = True
    model = Model(("wiki_add", {"a": 1, "b": 2}), ("wiki_fail", {"text": "oh no"}))
    assert run(monkeypatch, entry(server), model).state == "success"
    assert (model.results[0], "oh no" in model.results[1]) == (3, True)
    assert any("mcp-session-id" in request for request in server.requests)
    begin = time.monotonic()
    outcome = run(monkeypatch, entry(server), Model(("wiki_hang", {})), timeout_seconds=3)
    assert (outcome.error_type, time.monotonic() - begin < 8) == ("timed_out", True)


def test_only_what_is_allowed_is_offered(
    monkeypatch: pytest.MonkeyPatch, server: McpServer
) -> None:
    policies = {"add": "allow", "shout": "ask", "fail": "deny"}
    model = Model(("wiki_hang", {}), ("wiki_shout", {"text": "x"}))
    wanted = {"name": "wiki", "url": server.url, "tools": policies}
    outcome = run(monkeypatch, wanted, model)
    assert model.offered == ["wiki_add", "wiki_shout"]
    assert "Unknown tool name: 'wiki_hang'" in str(model.results)
    assert outcome.parked is not None
    assert [call.tool for call in outcome.parked.calls] == ["wiki_shout"]


def test_two_servers_and_our_own_tools(monkeypatch: pytest.MonkeyPatch, server: McpServer) -> None:
    model = Model()
    policies = {"tools": {"add": "allow"}, "default": "deny"}
    servers = [entry(server, name=name, **policies) for name in ("one", "two")]
    wanted = {"memory": "allow"}
    assert ask(monkeypatch, model, mcp_servers=servers, tools=wanted).state == "success"
    assert model.offered == ["memory", "one_add", "two_add"]


def test_secrets_go_into_headers_and_nowhere_else(
    monkeypatch: pytest.MonkeyPatch, server: McpServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    wanted = entry(server, headers={"Authorization": "Bearer ${wiki_token}", "X-Plain": "yes"})
    model = Model(("wiki_headers", {}))
    assert run(monkeypatch, wanted, model).state == "success"
    assert server.requests
    assert {request["authorization"] for request in server.requests} == {"Bearer planted-secret"}
    seen = json.loads(model.results[0])
    assert (seen["x-plain"], seen["authorization"]) == ("yes", "Bearer [hidden]")
    assert "planted" not in "".join(record.getMessage() for record in caplog.records)


def test_a_secret_that_is_not_there(monkeypatch: pytest.MonkeyPatch, server: McpServer) -> None:
    outcome = run(monkeypatch, entry(server, headers={"X-Key": "${other}"}), Model())
    assert (outcome.error_type, outcome.retryable) == ("bad_credentials", False)
    assert "needs the secret 'other'" in outcome.error_message
    assert server.requests == []


@pytest.mark.parametrize(
    ("status", "error_type", "hint"),
    [
        (401, "bad_credentials", "refused the headers that it was given (status 401)"),
        (403, "bad_credentials", "status 403"),
        (404, "tool_failed", "status 404"),
        (500, "tool_failed", "ended with an error: status 500"),
    ],
)
def test_a_server_that_refuses(
    monkeypatch: pytest.MonkeyPatch,
    server: McpServer,
    caplog: pytest.LogCaptureFixture,
    status: int,
    error_type: str,
    hint: str,
) -> None:
    server.refuse = status
    outcome = run(monkeypatch, entry(server), Model())
    assert (outcome.error_type, hint in outcome.error_message) == (error_type, True)
    assert "Traceback" not in caplog.text, "nobody here can do anything about it"


def test_a_server_that_is_away(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    settings.ALLOWED_PRIVATE_HOSTS = ["127.0.0.1"]
    with ScriptedWeb() as web:
        url = web.url
    outcome = run(monkeypatch, {"name": "wiki", "url": url}, Model())
    assert (outcome.error_type, outcome.retryable) == ("tool_failed", True)
    assert outcome.error_message == "The MCP server 'wiki' cannot be reached."


def test_a_server_that_is_none(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    settings.ALLOWED_PRIVATE_HOSTS = ["127.0.0.1"]
    with ScriptedWeb() as web:
        for _ in range(5):
            web.then(answer(b"<html>hello", Content_Type="text/html"))
        outcome = run(monkeypatch, {"name": "wiki", "url": web.url}, Model())
    assert outcome.error_type == "tool_failed"
    assert outcome.error_message.startswith("The MCP server 'wiki'")


def test_a_server_that_sends_elsewhere(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    settings.ALLOWED_PRIVATE_HOSTS = ["127.0.0.1"]
    with ScriptedWeb() as web, ScriptedWeb() as other:
        for _ in range(5):
            web.then(answer(b"", 307, Location=other.url))
        wanted = {"name": "wiki", "url": web.url, "headers": {"X-Key": "${wiki_token}"}}
        assert run(monkeypatch, wanted, Model()).error_type == "tool_failed"
        assert other.requests == []


def test_the_guard_looks_at_addresses(
    monkeypatch: pytest.MonkeyPatch, server: McpServer, settings: Any
) -> None:
    settings.ALLOWED_PRIVATE_HOSTS = []
    outcome = run(monkeypatch, entry(server), Model())
    assert (outcome.error_type, "not public" in outcome.error_message) == ("address_refused", True)
    real = socket.getaddrinfo
    found = lambda host, port, **more: real("127.0.0.1", port, **more)  # noqa: E731
    monkeypatch.setattr(socket, "getaddrinfo", found)
    url = server.url.replace("127.0.0.1", "wiki.example.com")
    outcome = run(monkeypatch, {"name": "wiki", "url": url}, Model())
    assert (outcome.error_type, outcome.retryable) == ("address_refused", False)
    assert "wiki.example.com leads to an address that is not public" in outcome.error_message
    assert server.requests == []


def test_a_tool_that_hangs(monkeypatch: pytest.MonkeyPatch, server: McpServer) -> None:
    """The client is imported by then; the run ends when its time is over, not the server's."""
    run(monkeypatch, entry(server), Model())
    begin = time.monotonic()
    outcome = run(monkeypatch, entry(server), Model(("wiki_hang", {})), timeout_seconds=3)
    assert time.monotonic() - begin < 8
    assert outcome.error_type == "timed_out"


def test_a_program(
    monkeypatch: pytest.MonkeyPatch, settings: Any, capfd: pytest.CaptureFixture[str]
) -> None:
    settings.ALLOW_STDIO_MCP = True
    monkeypatch.setenv("ACME_API_KEY", "planted-in-the-environment")
    # As in a worker, where Celery puts something in its place that is no file.
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    model = Model(("wiki_add", {"a": 20, "b": 22}), ("wiki_environment", {}))
    assert run(monkeypatch, program(), model).state == "success"
    assert model.results[0] == 42
    assert "PATH" in model.results[1]
    assert not {"ACME_API_KEY", "DATABASE_URL", "REDIS_URL"} & set(model.results[1])
    assert children(PROGRAM) == []


def test_a_program_that_hangs_ends_with_its_run(
    monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.ALLOW_STDIO_MCP = True
    model = Model(("wiki_hang", {}))
    outcome = run(monkeypatch, program(), model, timeout_seconds=8)
    assert outcome.error_type == "timed_out"
    assert children(PROGRAM) == []


@pytest.mark.parametrize(
    ("command", "hint"),
    [("/no/such/program", "cannot be started"), ("false", "Connection closed")],
)
def test_a_program_that_does_not_run(
    monkeypatch: pytest.MonkeyPatch, settings: Any, command: str, hint: str
) -> None:
    settings.ALLOW_STDIO_MCP = True
    outcome = run(monkeypatch, {"name": "wiki", "command": command}, Model())
    assert (outcome.error_type, hint in outcome.error_message) == ("tool_failed", True)


def test_what_a_program_says_on_stderr_is_for_nobody(
    monkeypatch: pytest.MonkeyPatch, settings: Any, capfd: pytest.CaptureFixture[str]
) -> None:
    settings.ALLOW_STDIO_MCP = True
    args = ["-c", "echo planted-secret >&2; exit 3"]
    outcome = run(monkeypatch, {"name": "wiki", "command": "sh", "args": args}, Model())
    assert outcome.error_type == "tool_failed"
    assert "planted" not in capfd.readouterr().err


@pytest.mark.parametrize("policy", ["allow", "ask"])
def test_a_tool_that_it_does_not_have_is_missed(
    monkeypatch: pytest.MonkeyPatch, server: McpServer, policy: str
) -> None:
    outcome = run(monkeypatch, entry(server, tools={"addd": policy}), Model())
    assert outcome.error_type == "tool_refused"
    assert outcome.error_message == ("The MCP server 'wiki' has no tool 'addd'. Did you mean add?")


def test_but_not_one_that_is_denied(monkeypatch: pytest.MonkeyPatch, server: McpServer) -> None:
    assert run(monkeypatch, entry(server, tools={"addd": "deny"}), Model()).state == "success"


def test_a_program_that_is_no_longer_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    outcome = run(monkeypatch, program(), Model())
    assert (outcome.error_type, outcome.retryable) == ("tool_refused", False)
    assert "ALLOW_STDIO_MCP" in outcome.error_message


def test_runs_at_once_have_servers_of_their_own(
    monkeypatch: pytest.MonkeyPatch, server: McpServer
) -> None:
    def answer_of(messages: Any, info: Any) -> Any:
        model = Model() if len(messages) > 1 else Model(("wiki_headers", {}))
        return model(messages, info)

    monkeypatch.setattr(llm_models, "build", lambda name, clients: FunctionModel(answer_of))

    async def both() -> list[Outcome]:
        wanted = [
            order(
                mcp_servers=[entry(server, headers={"X-Run": name})],
                timeout_seconds=120,
            )
            for name in ("first", "second")
        ]
        return list(await asyncio.gather(*(runtime.run(one, Usage()) for one in wanted)))

    first, second = asyncio.run(both())
    assert ("'x-run': 'first'" in first.text, "'x-run': 'second'" in second.text) == (True, True)
