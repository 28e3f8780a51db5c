"""What time it is where the schedule is at home."""

from datetime import UTC, datetime
from typing import TypedDict
from zoneinfo import ZoneInfo

from pydantic_ai import RunContext

from agents.context import Context
from agents.desk import Desk


class Time(TypedDict):
    """An instant as people of a zone say it."""

    time: str
    weekday: str
    timezone: str


async def current_time(ctx: RunContext[Context[Desk]]) -> Time:
    """The current date and time with its offset from UTC, the weekday and the time zone."""
    return told(datetime.now(UTC), ctx.deps.timezone)


def told(instant: datetime, timezone: str) -> Time:
    """An instant in a zone: ISO 8601 with the offset, to the second."""
    here = instant.astimezone(ZoneInfo(timezone))
    return Time(time=here.isoformat(timespec="seconds"), weekday=f"{here:%A}", timezone=timezone)
