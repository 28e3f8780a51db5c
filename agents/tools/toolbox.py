"""The tools of one run, made of pydantic-ai's toolsets.

What costs time (importing a tool, making its JSON schema) is done once for each process; a run
adds its own order and desk, and the policies of its agent.
"""

from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import dataclass, replace
from functools import lru_cache, wraps
from importlib import import_module
from typing import Any

from pydantic_ai import (
    ApprovalRequired,
    ApprovalRequiredToolset,
    CallDeferred,
    FunctionToolset,
    ModelRetry,
    RunContext,
    Tool,
    ToolFailed,
)
from pydantic_ai.toolsets import (
    AbstractToolset,
    DynamicToolset,
    ToolsetFunc,
    ToolsetTool,
    WrapperToolset,
)

from agents import context, loading, threads, tools
from agents.desk import Desk
from agents.errors import ErrorType
from agents.foreign import contained, is_async
from agents.orders import Order
from agents.tools.mcp_sessions import Sessions
from agents.tools.results import bounded

# How tools talk to pydantic-ai, and through it to the model.
SIGNALS = (ModelRetry, ToolFailed, ApprovalRequired, CallDeferred)

Policy = Callable[[str], str]


def toolsets(order: Order, desk: Desk) -> list[AbstractToolset[Any]]:
    """See agents.tools.toolsets."""
    own = frozenset(name for name, policy in order.tools.items() if policy != "deny")
    found: list[AbstractToolset[Any]] = []
    if own:
        found.append(_for_run(_made(own), order, desk, lambda name: order.tools[name]))
    sessions = Sessions()
    for server in order.mcp_servers:
        connecting = _connecting(server, order, sessions)
        inner = DynamicToolset(connecting, per_run_step=False).prefixed(server["name"])
        found.append(_for_run(inner, order, desk, _policy_of(server)))
    return found


@dataclass
class RunTools(WrapperToolset[Any]):
    """Tools as one run has them.

    What is denied is not offered; tools get the run's context; what they raise ends the run
    with a reason; what they return, or tell the model of a failure, is bounded and holds none of
    the agent's secrets.
    """

    order: Order
    desk: Desk
    policy: Policy

    async def get_tools(self, ctx: RunContext[Any]) -> dict[str, ToolsetTool[Any]]:
        """Those that are not denied."""
        found = await super().get_tools(ctx)
        return {name: tool for name, tool in found.items() if self.policy(name) != "deny"}

    async def call_tool(
        self, name: str, tool_args: dict[str, Any], ctx: RunContext[Any], tool: ToolsetTool[Any]
    ) -> Any:
        """What the tool returns; RunFailed if it fails."""
        ctx = replace(ctx, deps=context.of(self.order, self.desk))
        with contained(f"The tool {name!r}", ErrorType.TOOL_FAILED, self.order, *SIGNALS):
            secrets = self.order.secrets.values()
            try:
                result = await super().call_tool(name, tool_args, ctx, tool)
            except (ModelRetry, ToolFailed) as error:
                kind = ModelRetry if isinstance(error, ModelRetry) else ToolFailed
                raise kind(bounded(error.message, secrets)) from None
            return bounded(result, secrets)


def _for_run(
    inner: AbstractToolset[Any], order: Order, desk: Desk, policy: Policy
) -> AbstractToolset[Any]:
    return ApprovalRequiredToolset(
        RunTools(inner, order, desk, policy), lambda ctx, tool, args: policy(tool.name) == "ask"
    )


def _policy_of(server: Mapping[str, Any]) -> Policy:
    """What the server's entry says about its tools, whose names the model reads with a prefix."""
    named = {f"{server['name']}_{name}": policy for name, policy in server.get("tools", {}).items()}
    default = server.get("default", "deny")
    return lambda name: str(named.get(name, default))


def _connecting(server: Mapping[str, Any], order: Order, sessions: Sessions) -> ToolsetFunc[Any]:
    """What makes the server's toolset when the run begins.

    The MCP client takes seconds to import and 40 MB: only workers whose agents have a server pay
    for it, and their event loop does not wait.
    """

    async def connect(ctx: RunContext[Any]) -> AbstractToolset[Any]:
        mcp: Any = await loading.loaded(import_module, "agents.tools.mcp")
        toolset: AbstractToolset[Any] = mcp.toolset(server, order, sessions)
        return toolset

    return connect


@lru_cache(maxsize=100)
def _made(names: frozenset[str]) -> FunctionToolset[Any]:
    return FunctionToolset([load(name) for name in sorted(names)], id="tools")


@lru_cache(maxsize=1000)
def load(name: str) -> Tool[Any]:
    """The tool of this name; RunFailed if there is none, or if it cannot be loaded."""
    return tools.registry.load(name, lambda found: _as_tool(name, found))


def _as_tool(name: str, found: Any) -> Tool[Any]:
    """A function, or a ready Tool, under its registered name; one that blocks gets a thread."""
    tool = copy(found) if isinstance(found, Tool) else Tool(found)
    tool.name = name
    if not is_async(tool.function):
        function = _in_thread(f"The tool {name!r}", tool.function)
        tool.function_schema = replace(tool.function_schema, function=function, is_async=True)
    return tool


def _in_thread(what: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """The same as an async function; its context, where it takes one, gets a blocking desk."""

    @wraps(function)
    async def call(*args: Any, **kwargs: Any) -> Any:
        if not (args and isinstance(args[0], RunContext)):
            return await threads.run(what, function, *args, **kwargs)
        there = args[0].deps.blocking()
        try:
            ctx = replace(args[0], deps=there)
            return await threads.run(what, function, ctx, *args[1:], **kwargs)
        finally:
            there.desk.close()

    return call
