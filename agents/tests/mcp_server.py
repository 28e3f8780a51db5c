"""An MCP server for tests: a few tools, over HTTP on loopback or, as a process, over stdio.

In a test: `with McpServer() as server: ...`, then server.url. As a process:
`python -m agents.tests.mcp_server`, with `stubborn` behind it if nothing but SIGKILL shall end it.
"""

import asyncio
import os
import signal
import socket
import sys
import threading
from typing import Any, Self

import uvicorn
from mcp.server.mcpserver import Context, Image, MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from starlette.types import Receive, Scope, Send

served = MCPServer("tests")


@served.tool()
def add(a: int, b: int) -> int:
    """Adds two numbers."""
    return a + b


@served.tool()
def shout(text: str, times: int = 1) -> str:
    """Says it loudly."""
    return text.upper() * times


@served.tool()
def fail(text: str) -> str:
    """Fails with these words."""
    raise ToolError(text)


@served.tool()
def picture() -> Image:
    """A picture."""
    return Image(data=b"x" * 1000, format="png")


@served.tool()
async def hang() -> str:
    """Never answers."""
    await asyncio.sleep(600)
    return "late"


@served.tool()
def environment() -> list[str]:
    """The names of the server's environment variables."""
    return sorted(os.environ)


@served.tool()
def headers(ctx: Context[Any, Any]) -> dict[str, str]:
    """The request's headers."""
    return dict(ctx.headers or {})


class McpServer:
    """The server over HTTP, in a thread of its own; a context manager."""

    def __init__(self) -> None:
        self._app = served.streamable_http_app(host="127.0.0.1")
        self.requests: list[dict[str, str]] = []
        """The headers of each request, by name in small letters."""
        self.refuse = 0
        """A status to refuse all requests with."""
        self.legacy = False
        """Whether to know of sessions only, as servers did until 2026."""
        config = uvicorn.Config(self._serve, interface="asgi3", log_config=None)
        self._server = uvicorn.Server(config)
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],))

    @property
    def url(self) -> str:
        """The endpoint."""
        return f"http://127.0.0.1:{self._socket.getsockname()[1]}/mcp"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._server.should_exit = self._server.force_exit = True
        self._thread.join()
        self._socket.close()

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            self.requests.append({k.decode(): v.decode() for k, v in scope["headers"]})
            modern = self.requests[-1].get("mcp-method") == "server/discover"
            if status := self.refuse or (404 if self.legacy and modern else 0):
                await send({"type": "http.response.start", "status": status})
                await send({"type": "http.response.body", "body": b"no"})
                return
        await self._app(scope, receive, send)


if __name__ == "__main__":
    stubborn = "stubborn" in sys.argv
    if stubborn:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    served.run()
    if stubborn:
        threading.Event().wait()
