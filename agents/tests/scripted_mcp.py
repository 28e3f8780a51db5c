"""An MCP server for tests that does what no real one should: it answers as it is told.

In a test: `with ScriptedMcp(result={...}) as server: ...`, then server.url. It knows of sessions
only, and has one tool, `t`.
"""

import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

OK = {"content": [{"type": "text", "text": "ok"}]}


class ScriptedMcp(ThreadingHTTPServer):
    """The server; a context manager."""

    daemon_threads = True

    def __init__(
        self,
        body: Callable[[int], bytes] | None = None,
        *,
        result: dict[str, Any] = OK,
        error: str = "",
        headers: dict[str, str] | None = None,
    ) -> None:
        """What the call of its tool is answered with: a body by the id of the call, or JSON."""
        super().__init__(("127.0.0.1", 0), _Handler)
        self.body = body
        self.reply = {"error": {"code": -1, "message": error}} if error else {"result": result}
        self.headers = headers or {}
        self.methods: list[str] = []
        """Of MCP and of HTTP, as they were asked for."""
        self.go_on = threading.Event()
        """Without it calls of the tool and ends of sessions are not answered."""
        self.go_on.set()

    @property
    def url(self) -> str:
        """The endpoint."""
        return f"http://127.0.0.1:{self.server_address[1]}/mcp"

    def __enter__(self) -> Self:
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *error: object) -> None:
        self.go_on.set()
        self.shutdown()
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    server: ScriptedMcp
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: Any) -> None:
        """Nothing."""

    def do_GET(self) -> None:
        self._answer(405)

    def do_DELETE(self) -> None:
        self.server.methods.append("DELETE")
        self.server.go_on.wait(30)
        self._answer(200)

    def do_POST(self) -> None:
        message = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        method = message["method"]
        self.server.methods.append(method)
        if "id" not in message or method == "server/discover":
            self._answer(404 if "id" in message else 202)
        elif method == "tools/call" and self.server.go_on.wait(30):
            body = self.server.body
            made = body(message["id"]) if body else _json(message["id"], self.server.reply)
            self._answer(200, made, self.server.headers)
        else:
            self._answer(200, _json(message["id"], {"result": _result(message)}))

    def _answer(
        self, status: int, body: bytes = b"", headers: dict[str, str] | None = None
    ) -> None:
        self.send_response(status)
        more = {"Content-Type": "application/json", "Mcp-Session-Id": "planted-session"}
        for name, value in (more | (headers or {})).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def _json(number: int, reply: dict[str, Any]) -> bytes:
    return json.dumps({"jsonrpc": "2.0", "id": number} | reply).encode()


def _result(message: dict[str, Any]) -> dict[str, Any]:
    if message["method"] == "initialize":
        return {
            "protocolVersion": message["params"]["protocolVersion"],
            "capabilities": {"tools": {}, "logging": {}},
            "serverInfo": {"name": "scripted", "version": "1"},
        }
    tool = {"name": "t", "description": "A tool.", "inputSchema": {"type": "object"}}
    return {"tools": [tool]} if message["method"] == "tools/list" else {}
