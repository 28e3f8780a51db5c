"""Reading a page of the web, through the guard of all requests to foreign URLs."""

from typing import Any

from pydantic_ai import RunContext, ToolFailed

from agents.context import Context
from agents.desk import Desk
from agents.net import Refused, Unreachable, fetch

LONGEST_SECONDS = 30
# A few pages of text: what is returned has to fit into the model's context, beside the rest.
MAX_BYTES = 200_000
LONGEST_TEXT = 15_000


async def http_fetch(ctx: RunContext[Context[Desk]], url: str) -> dict[str, Any]:
    """Read a URL with a GET request. A redirect is not followed: read its location next.

    Args:
        url: The whole address, beginning with https:// or http://.
    """
    seconds = min(LONGEST_SECONDS, ctx.deps.timeout_seconds)
    try:
        answer = await fetch("GET", url, headers={}, timeout=seconds, max_bytes=MAX_BYTES)
    except (Refused, Unreachable) as error:
        raise ToolFailed(str(error)) from error
    return {
        "status": answer.status,
        "content_type": answer.headers.get("content-type", ""),
        "location": answer.headers.get("location", ""),
        "text": answer.text[:LONGEST_TEXT],
        "truncated": answer.truncated or len(answer.text) > LONGEST_TEXT,
    }
