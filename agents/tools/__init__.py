"""The tools that agents may be given: their names, and which of them an agent has.

A tool is a function as pydantic-ai knows it (with type hints and a docstring, with or without a
RunContext), whose `ctx.deps` is an agents.context.Context. Installed packages add tools through
entry points of the group agent_scheduler.tools. Names cost nobody pydantic-ai.
"""

from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from agents.desk import Desk
from agents.errors import ErrorType, RunFailed
from agents.orders import Order
from agents.registry import Registry
from scheduler_project.text import suggestion

if TYPE_CHECKING:
    from pydantic_ai.toolsets import AbstractToolset

POLICIES = ("allow", "ask", "deny")
OWN = {
    "current_time": "agents.tools.current_time.current_time",
    "http_fetch": "agents.tools.http_fetch.http_fetch",
    "memory": "agents.tools.memory.tool",
    "previous_result": "agents.tools.previous_result.previous_result",
}
registry = Registry("tool", OWN, ErrorType.TOOL_REFUSED)


def toolsets(order: Order, desk: Desk) -> "list[AbstractToolset[Any]]":
    """What this run's model may use: tools that are denied, or not named, are not among it.

    RunFailed if one of the agent's tools is not here.
    """
    from agents.tools import toolbox

    return toolbox.toolsets(order, desk)


def load_all() -> None:
    """Import every tool now; a worker does so before its first run is late for it.

    One that cannot be loaded is logged: runs that need it will say so themselves.
    """
    from agents.tools import toolbox

    for name in registry.names():
        with suppress(RunFailed):
            toolbox.load(name)


def check(tools: Mapping[str, str]) -> None:
    """ValueError with a sentence unless these are tools by name, each with a policy."""
    if not isinstance(tools, Mapping):
        raise ValueError('Give tools by name, such as {"current_time": "allow"}.')
    known = registry.names()
    for name, policy in tools.items():
        if name not in known:
            hint = suggestion(name, known)
            raise ValueError(f"There is no tool {name!r}; {registry.there_is()}.{hint}")
        check_policy(name, policy)


def check_policy(name: str, policy: Any) -> None:
    """ValueError with a sentence if this is no policy for a tool."""
    if policy not in POLICIES:
        hint = suggestion(policy, POLICIES) if isinstance(policy, str) else ""
        raise ValueError(f"{name!r} can be allow, ask or deny, not {policy!r:.50}.{hint}")
