"""What the latest successful run of the same schedule has answered."""

from pydantic_ai import RunContext

from agents.context import Context
from agents.desk import Desk


async def previous_result(ctx: RunContext[Context[Desk]]) -> str:
    """The answer that the latest successful run of this same command gave."""
    found = await ctx.deps.desk.previous_result()
    return "There is no earlier answer." if found is None else found
