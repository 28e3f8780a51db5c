"""Tools of MCP servers (modelcontextprotocol.io), over streamable HTTP or a program's stdio."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Self

import httpx2
from pydantic_ai import RunContext
from pydantic_ai.toolsets import AbstractToolset, ToolsetTool, WrapperToolset

from agents.errors import ErrorType, RunFailed
from agents.foreign import contained
from agents.net import Refused
from agents.orders import Order
from agents.redaction import redact
from agents.tools import mcp_servers
from agents.tools.mcp_sessions import Sessions
from agents.tools.toolbox import SIGNALS
from scheduler_project.text import suggestion

# Read when it is imported: its own handlers would write past this project's logging.
os.environ.setdefault("FASTMCP_LOG_ENABLED", "false")

from fastmcp.client.transports import ClientTransport
from mcp.shared.exceptions import MCPError
from pydantic_ai.mcp import MCPToolset

from agents.tools import mcp_http
from agents.tools.mcp_http import CONNECT_SECONDS, Answers
from agents.tools.mcp_program import Program

LONGEST_QUOTE = 300


def toolset(server: Mapping[str, Any], order: Order, sessions: Sessions) -> AbstractToolset[Any]:
    """The server's tools, to be connected to when the toolset is entered, in one of `sessions`.

    RunFailed if the agent cannot have the server, or lacks a secret that it needs.
    """
    try:
        mcp_servers.check([server])
    except ValueError as error:  # allowed once, and no longer
        of_address = isinstance(error.__cause__, Refused)
        kind = ErrorType.ADDRESS_REFUSED if of_address else ErrorType.TOOL_REFUSED
        raise RunFailed(kind, str(error)) from error
    answers = mcp_http.Answers()
    program = Program(server) if "command" in server else None
    inner: MCPToolset[Any] = MCPToolset(
        program or _http(server, order, answers),
        id=server["name"],
        tool_error_behavior="failed",
        log_handler=_unheard,
        init_timeout=CONNECT_SECONDS,
        read_timeout=order.timeout_seconds,
    )
    wanted = frozenset(name for name, how in server.get("tools", {}).items() if how != "deny")
    name = f"The MCP server {server['name']!r}"
    return Server(inner, name, order, sessions, program, answers, wanted)


@dataclass
class Server(WrapperToolset[Any]):
    """A server whose failures end the run with a reason."""

    name: str
    order: Order
    sessions: Sessions
    """Of its run."""
    program: Program | None
    answers: Answers = field(repr=False)
    """What it has answered over HTTP."""
    wanted: frozenset[str]
    """Those of its tools that the agent names, to use them."""

    async def __aenter__(self) -> Self:
        """Connect; RunFailed if that fails."""
        with self._explained():
            kill = self.program.kill if self.program else None
            await self.sessions.open(self.wrapped, kill)
        return self

    async def __aexit__(self, *_: object) -> None:
        """Take leave of all servers: the run is over."""
        await self.sessions.close()

    async def get_tools(self, ctx: RunContext[Any]) -> dict[str, ToolsetTool[Any]]:
        """The server's tools; RunFailed if it does not tell, or lacks one that the agent names."""
        with self._explained():
            found = await super().get_tools(ctx)
        # Without a word the run would go on with less than it was given.
        for name in sorted(self.wanted - found.keys()):
            sentence = f"{self.name} has no tool {name!r}.{suggestion(name, found)}"
            raise RunFailed(ErrorType.TOOL_REFUSED, sentence)
        return found

    async def call_tool(
        self, name: str, tool_args: dict[str, Any], ctx: RunContext[Any], tool: ToolsetTool[Any]
    ) -> Any:
        """What the tool returns; RunFailed if the server does not answer."""
        with self._explained():
            return await super().call_tool(name, tool_args, ctx, tool)

    @contextmanager
    def _explained(self) -> Iterator[None]:
        with contained(self.name, ErrorType.TOOL_FAILED, self.order, *SIGNALS):
            try:
                yield
            except RunFailed:
                raise
            except Exception as error:
                if reason := self._reason(error):
                    raise reason from error
                raise

    def _reason(self, error: Exception) -> RunFailed | None:
        """What is behind an error that the client makes of another one; None if unknown."""
        if self.answers.problem:
            return RunFailed(ErrorType.TOOL_FAILED, f"{self.name} {self.answers.problem}.")
        if isinstance(error, SIGNALS):
            return None
        status = self.answers.statuses[-1] if self.answers.statuses else 200
        for cause in _behind(error):
            if isinstance(cause, Refused):
                return RunFailed(ErrorType.ADDRESS_REFUSED, f"{self.name}: {cause}")
            if isinstance(cause, httpx2.TransportError):
                return RunFailed(ErrorType.TOOL_FAILED, f"{self.name} cannot be reached.")
            if isinstance(cause, FileNotFoundError | PermissionError):
                return RunFailed(ErrorType.TOOL_FAILED, f"{self.name} cannot be started.")
            if isinstance(cause, MCPError):
                said = redact(cause.message, self.order.secrets.values())
                return self._error(status, said[:LONGEST_QUOTE])
        return None

    def _error(self, status: int, message: str) -> RunFailed:
        """The server did answer."""
        if status in (401, 403):
            sentence = f"{self.name} refused the headers that it was given (status {status})."
            return RunFailed(ErrorType.BAD_CREDENTIALS, sentence)
        what = message.rstrip(".") if status < 300 else f"status {status}"
        return RunFailed(ErrorType.TOOL_FAILED, f"{self.name} ended with an error: {what}.")


async def _unheard(message: object) -> None:
    """What a server says for a log is for nobody here: it may be a secret, or a forged line."""


def _behind(error: BaseException) -> Iterator[BaseException]:
    """An error and all that led to it, each once."""
    waiting: list[BaseException | None] = [error]
    seen: set[int] = set()
    while waiting:
        cause = waiting.pop(0)
        if cause is not None and id(cause) not in seen:
            seen.add(id(cause))
            yield cause
            waiting += [*getattr(cause, "exceptions", ()), cause.__cause__, cause.__context__]


def _http(server: Mapping[str, Any], order: Order, answers: Answers) -> ClientTransport:
    given = server.get("headers", {}).items()
    headers = {
        name: mcp_servers.header(name, value, server["name"], order.secrets)
        for name, value in given
    }
    return mcp_http.transport(server["url"], headers, answers)
