"""What time it is where the schedule is at home."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from pydantic_ai import RunContext

from agents.context import Context
from agents.desk import Desk


async def current_time(ctx: RunContext[Context[Desk]]) -> dict[str, str]:
    """The current date and time with its offset from UTC, the weekday and the time zone."""
    return told(datetime.now(UTC), ctx.deps.timezone)


def told(instant: datetime, timezone: str) -> dict[str, str]:
    """An instant in a zone: ISO 8601 with the offset, to the second."""
    here = instant.astimezone(ZoneInfo(timezone))
    time = here.isoformat(timespec="seconds")
    return {"time": time, "weekday": f"{here:%A}", "timezone": timezone}
