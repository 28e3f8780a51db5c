"""What an MCP server may do to a worker: answers without end, secrets in logs."""

import gzip
import json
import logging
import sys
from typing import Any

import pytest

from agents import tools
from agents.orders import Outcome
from agents.tests.desks import MemoryDesk
from agents.tests.scripted_mcp import ScriptedMcp
from agents.tests.unit.test_tools import Model, ask

SECRETS = {"key": "planted-secret-value"}


@pytest.fixture(autouse=True)
def loopback_is_allowed(settings: Any) -> None:
    settings.ALLOWED_PRIVATE_HOSTS = ["127.0.0.1"]


def run(patch: pytest.MonkeyPatch, server: ScriptedMcp, model: Model, **more: Any) -> Outcome:
    entry: dict[str, Any] = {"name": "wiki", "url": server.url, "default": "allow"}
    entry |= {"headers": {"X-Key": "${key}"}}
    values = {"secrets": SECRETS, "timeout_seconds": 60} | more
    return ask(patch, model, MemoryDesk(), mcp_servers=[entry], **values)


def call() -> Model:
    return Model(("wiki_t", {}))


def text(number: int, length: int) -> bytes:
    result = {"content": [{"type": "text", "text": "a" * length}]}
    return json.dumps({"jsonrpc": "2.0", "id": number, "result": result}).encode()


# --- Bounds
def test_an_answer_that_is_packed(monkeypatch: pytest.MonkeyPatch) -> None:
    packed = {"Content-Encoding": "gzip"}
    with ScriptedMcp(lambda n: gzip.compress(text(n, 10_000)), headers=packed) as server:
        outcome = run(monkeypatch, server, call())
    assert outcome.error_type == "tool_failed"
    assert outcome.error_message == (
        "The MCP server 'wiki' packed its answer although it was asked not to."
    )


def test_an_answer_that_is_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    with ScriptedMcp(lambda n: text(n, 2_000_000)) as server:
        outcome = run(monkeypatch, server, call())
    assert outcome.error_type == "tool_failed"
    assert "'wiki' sent more than 2,000,000 bytes in one answer." in outcome.error_message


def test_an_event_that_is_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    """As one of many, it is the model's to go on without."""
    headers, model = {"Content-Type": "text/event-stream"}, call()
    with ScriptedMcp(lambda n: b"data: " + text(n, 2_000_000), headers=headers) as server:
        assert run(monkeypatch, server, model).state == "success"
    assert "exceeded the 2000000 byte limit" in str(model.results)


def test_a_program_that_writes_without_end(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    settings.ALLOW_STDIO_MCP = True
    endless = "import sys\nwhile True: sys.stdout.write('a' * 100_000)"
    entry = {"name": "wiki", "command": sys.executable, "args": ["-c", endless]}
    outcome = ask(monkeypatch, Model(), mcp_servers=[entry], timeout_seconds=25)
    assert (outcome.error_type, "Connection closed" in outcome.error_message) == (
        "tool_failed",
        True,
    )


# --- Errors
def test_an_error_of_a_tool_is_bounded_and_clean(monkeypatch: pytest.MonkeyPatch) -> None:
    said = {"type": "text", "text": "planted-secret-value" + "x" * 300_000}
    model = call()
    with ScriptedMcp(result={"isError": True, "content": [said]}) as server:
        assert run(monkeypatch, server, model).state == "success"
    assert "planted" not in model.results[0]
    assert len(model.results[0]) < 20_200


def test_names_that_meet_are_no_error_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    with ScriptedMcp() as server:
        entry = {"name": "sync", "url": server.url, "default": "allow"}
        tools.registry.register("sync_t", f"{__name__}.own")
        values: dict[str, Any] = {"tools": {"sync_t": "allow"}, "timeout_seconds": 60}
        outcome = ask(monkeypatch, Model(), mcp_servers=[entry], **values)
        tools.registry.unregister("sync_t")
    assert (outcome.error_type, outcome.retryable) == ("tool_refused", False)
    assert "sync_t" in outcome.error_message


def own() -> str:
    """A tool."""
    return "mine"


# --- Logs
@pytest.mark.parametrize("said", ["notification", "unreadable"])
def test_what_servers_say_is_not_logged(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, said: str
) -> None:
    caplog.set_level(logging.DEBUG)
    params = {"level": "error", "data": "planted-secret-value \x1b[2J\n2026 ERROR forged"}
    note = {"jsonrpc": "2.0", "method": "notifications/message", "params": params}

    def body(number: int) -> bytes:
        if said == "unreadable":
            return b'{"planted-secret-value'
        return b"data: %s\n\ndata: %s\n\n" % (json.dumps(note).encode(), text(number, 2))

    kind = "text/event-stream" if said == "notification" else "application/json"
    with ScriptedMcp(body, headers={"Content-Type": kind}) as server:
        run(monkeypatch, server, call())
        assert "tools/call" in server.methods
    written = "\n".join(logging.Formatter().format(record) for record in caplog.records)
    assert "planted" not in written, "neither the secret nor the session's id"
    assert "forged" not in written
