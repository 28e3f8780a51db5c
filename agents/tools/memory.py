"""What an agent wants to know again in later runs of the same schedule."""

from typing import Literal

from pydantic_ai import ModelRetry, RunContext, Tool

from agents.context import Context
from agents.desk import Desk
from agents.memory import MAX_KEYS, check


async def memory(
    ctx: RunContext[Context[Desk]],
    action: Literal["get", "set", "list"],
    key: str = "",
    value: str = "",
) -> str | list[str]:
    """Notes that stay for the next runs of this same command.

    Args:
        action: `get` reads the note of a key, `set` writes it, `list` gives all keys.
        key: What the note is called, at most 100 characters.
        value: With `set`, the note, at most 10,000 characters; an empty one deletes it.
    """
    desk = ctx.deps.desk
    if action == "list":
        return sorted(await desk.remembered())
    _check(key)
    if action == "get":
        found = await desk.recall(key)
        return f"There is no note {key!r}." if found is None else found
    _check(key, value)
    await _check_number(desk, key, value)
    await _write(desk, key, value)
    return "Written." if value else "Deleted."


def _check(key: str, value: str = "") -> None:
    """ModelRetry with a sentence if this cannot be kept."""
    try:
        check(key, value)
    except ValueError as error:
        raise ModelRetry(str(error)) from None


async def _check_number(desk: Desk, key: str, value: str) -> None:
    """ModelRetry if the note would be one too many."""
    kept = await desk.remembered() if value else []
    if len(kept) >= MAX_KEYS and key not in kept:
        raise ModelRetry(f"There are {MAX_KEYS} notes, which is the most: delete one first.")


async def _write(desk: Desk, key: str, value: str) -> None:
    """ModelRetry with a sentence if the desk does not take it."""
    try:
        await desk.remember(key, value)
    except ValueError as error:
        raise ModelRetry(str(error)) from None


# One call at a time: of two at once each would count the keys before the other has written.
tool = Tool(memory, sequential=True)
