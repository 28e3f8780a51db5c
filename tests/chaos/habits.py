"""What the users' schedules are like, and how busy their owners are."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tests.chaos.agent import Script
from tests.chaos.clock import wall, written
from tests.chaos.record import Plan

OVERLAPS = ("skip", "buffer_one", "buffer_all", "cancel_other", "allow")
MISSED = ("latest", "all", "none")


@dataclass(frozen=True)
class Habits:
    """What a run's schedules are like and how busy their owners are."""

    schedules: int
    until: datetime
    kinds: Callable[[random.Random], dict[str, Any]]
    pause: tuple[float, float] = (0.3, 1.2)
    intervals: tuple[int, int] = (2, 10)

    def next_timing(self, plan: Plan, stream: random.Random) -> dict[str, Any]:
        """The fields of its next version, which starts at microseconds of its own."""
        if plan.is_manual:
            return {}
        plan.timings += 1
        every = stream.randint(*self.intervals)
        start = wall() - timedelta(seconds=stream.uniform(0, 20))
        start = start.replace(microsecond=plan.timings * 997 % 1_000_000)
        plan.timing = (start, timedelta(seconds=every))
        return {
            "schedule_type": "interval",
            "interval_value": every,
            "interval_unit": "seconds",
            "start_at": written(start),
            "end_at": written(plan.until),
        }


def any_kind(stream: random.Random) -> dict[str, Any]:
    """A schedule of any kind: all policies, some that fail, some that nobody but a hand starts."""
    overlap = stream.choice(OVERLAPS)
    # One that repeats itself slowly would have its buffer grow for as long as the run.
    failing = stream.random() < 0.25 and overlap != "buffer_all"
    script = Script(
        seconds=tuple(round(stream.uniform(0, longest(overlap)), 2) for _ in range(2)),
        failures=stream.choice([1, 1, 2, 9]) if failing else 0,
        fatal=failing and stream.random() < 0.2,
    )
    fields: dict[str, Any] = {
        "command": script.command(),
        "overlap_policy": overlap,
        "missed_policy": stream.choice(MISSED),
        "misfire_grace_seconds": stream.choice([2, 10, 300]),
        "max_attempts": stream.choice([1, 1, 2, 3, 4]),
        "retry_backoff_seconds": stream.choice([0, 1, 2]),
        # Else the book would not know when one that keeps failing was switched off.
        "pause_after_failures": 0,
        "timeout_seconds": stream.choice([2, 20, 20]),
    }
    if stream.random() < 0.08:
        fields["schedule_type"] = "manual"
    return fields


def longest(overlap: str) -> float:
    """Seconds that a run may take: with `buffer_all` they all come after each other."""
    return 0.3 if overlap == "buffer_all" else 3.0
