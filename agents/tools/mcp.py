"""Tools of MCP servers (modelcontextprotocol.io), over streamable HTTP or a program's stdio."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import httpx2
from pydantic_ai import RunContext
from pydantic_ai.toolsets import AbstractToolset, ToolsetTool, WrapperToolset

from agents.errors import ErrorType, RunFailed
from agents.foreign import contained
from agents.net.connections import GuardedTransport
from agents.orders import Order
from agents.tools import mcp_servers

# Read when it is imported: its own handlers would write past this project's logging.
os.environ.setdefault("FASTMCP_LOG_ENABLED", "false")

from fastmcp.client.transports import (
    ClientTransport,
    StdioTransport,
    StreamableHttpTransport,
)
from pydantic_ai.mcp import MCPToolset

CONNECT_SECONDS = 10


def toolset(server: Mapping[str, Any], order: Order) -> AbstractToolset[Any]:
    """The server's tools, to be connected to when the toolset is entered.

    RunFailed if the agent cannot have the server, or lacks a secret that it needs.
    """
    try:
        mcp_servers.check([server])
    except ValueError as error:  # allowed once, and no longer
        raise RunFailed(ErrorType.TOOL_REFUSED, str(error)) from error
    inner: MCPToolset[Any] = MCPToolset(
        _transport(server, order),
        id=server["name"],
        tool_error_behavior="failed",
        init_timeout=CONNECT_SECONDS,
        read_timeout=order.timeout_seconds,
    )
    return Reached(inner, server["name"], order)


@dataclass
class Reached(WrapperToolset[Any]):
    """A server whose failures to connect or to list its tools end the run with a reason."""

    name: str
    order: Order

    async def __aenter__(self) -> Self:
        """Connect; RunFailed if that fails."""
        with contained(f"The MCP server {self.name!r}", ErrorType.TOOL_FAILED, self.order):
            return await super().__aenter__()

    async def get_tools(self, ctx: RunContext[Any]) -> dict[str, ToolsetTool[Any]]:
        """The server's tools; RunFailed if it does not tell."""
        with contained(f"The MCP server {self.name!r}", ErrorType.TOOL_FAILED, self.order):
            return await super().get_tools(ctx)


def _transport(server: Mapping[str, Any], order: Order) -> ClientTransport:
    if "command" in server:
        # Of the worker's environment it gets PATH and the like only: the rest holds secrets.
        return StdioTransport(server["command"], list(server.get("args", [])), keep_alive=False)
    headers = {
        name: mcp_servers.filled(value, server["name"], order.secrets)
        for name, value in server.get("headers", {}).items()
    }
    return StreamableHttpTransport(
        server["url"], headers=headers, httpx_client_factory=_guarded_client
    )


def _guarded_client(
    headers: dict[str, str] | None = None,
    timeout: httpx2.Timeout | None = None,
    auth: httpx2.Auth | None = None,
    **_: Any,
) -> httpx2.AsyncClient:
    """A client whose every connection the guard looks at.

    Redirects are not its business: the MCP client follows those within the same origin.
    """
    return httpx2.AsyncClient(
        transport=GuardedTransport(),
        headers=headers,
        timeout=timeout or CONNECT_SECONDS,
        auth=auth,
        trust_env=False,
    )
