"""Tools that a person has to approve before they are called."""

from typing import Any

from pydantic_ai import ApprovalRequired, ApprovalRequiredToolset, CallDeferred, RunContext
from pydantic_ai.toolsets import ToolsetTool

from agents.errors import ErrorType, RunFailed


class AskFirst(ApprovalRequiredToolset[Any]):
    """Asks before each call of some tools.

    `approval_required_func` says which. Nobody can be asked while a run goes on, so that an
    unapproved call ends it. Without the method below, pydantic-ai ends the run with a
    DeferredToolRequests instead.
    """

    async def call_tool(
        self, name: str, tool_args: dict[str, Any], ctx: RunContext[Any], tool: ToolsetTool[Any]
    ) -> Any:
        """What the tool returns; RunFailed if it needs an approval that it does not have."""
        try:
            return await super().call_tool(name, tool_args, ctx, tool)
        except (ApprovalRequired, CallDeferred) as error:
            raise RunFailed(
                ErrorType.TOOL_REFUSED,
                f"The tool {name!r} needs an approval before each call: "
                "allow it to this agent, or deny it.",
            ) from error
