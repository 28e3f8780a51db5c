"""An execution in plain sentences: where it stands, and how it came about (pure)."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from console.durations import spoken
from console.halts import Halt
from schedules.states import State
from schedules.times import Times, duration

PLANS = {
    "timer": "Its schedule planned it.",
    "manual": "Somebody started it by hand.",
    "backfill": "A backfill makes up for a planned time that has passed.",
    "agent_task": "An agent task of its own, without a schedule.",
}


class Told(Times, Protocol):
    """What an Execution knows of itself."""

    state: str
    reason: str
    attempt: int
    failures: int
    max_attempts: int
    worker: str
    trigger: str
    coalesced_count: int
    not_before: datetime | None
    cancel_requested_at: datetime | None


def outcome(run: Told, now: datetime, halts: Sequence[Halt] = ()) -> str:
    """Where it stands, in one sentence or two; `halts` are the stops that hold its owner up."""
    if run.state == State.PENDING:
        return _pending(run, now, halts)
    if run.state == State.RUNNING:
        return _running(run, now)
    if run.state == State.WAITING:
        return "Stands still until somebody decides about the calls below."
    if run.state == State.SUCCESS:
        return f"Succeeded{_after(run)}."
    if run.state == State.FAILED:
        return f"Failed{_after(run)}{_tries(run)}."
    named = State(run.state).name.capitalize()
    return f"{named}: {run.reason}." if run.reason else f"{named}."


TASKS = {
    "pending": "Waits for a worker.",
    "running": "Running.",
    "waiting": "Stands still until somebody decides about the calls that it asks for.",
    "success": "Succeeded.",
    "failed": "Failed.",
    "cancelled": "Cancelled.",
    "parked": "Asked for an approval; the next attempt of its execution goes on from there.",
}
"""What there is to say of an agent task in each of its states."""


def plan(run: Told) -> str:
    """Who wanted it, and what else it stands for."""
    said = PLANS.get(run.trigger, f"Started by {run.trigger}.")
    if not run.coalesced_count:
        return said
    earlier = "time" if run.coalesced_count == 1 else "times"
    return f"{said} It also stands for {run.coalesced_count:,} earlier {earlier} that was missed."


def dollars(cost: Decimal | None) -> str:
    """A cost in US dollars, without zeros that say nothing."""
    return "not known" if cost is None else f"${cost.normalize():f}"


def _pending(run: Told, now: datetime, halts: Sequence[Halt]) -> str:
    again = f"{run.reason[0].upper()}{run.reason[1:]}. " if run.reason else ""
    if halts:
        return f"{again}{halts[0].said}: it does not start until that is lifted."
    if run.not_before is None:
        return f"{again}Waits behind another run of its schedule."
    if run.not_before > now:
        return f"{again}Starts in {spoken(run.not_before - now)}."
    return f"{again}Waits for a worker, for {spoken(now - run.not_before)} so far."


def _running(run: Told, now: datetime) -> str:
    if run.cancel_requested_at:
        return "Being cancelled: its worker stops it within seconds."
    since = spoken(now - run.started_at) if run.started_at else "a moment"
    return f"Running for {since}, attempt {run.attempt}, on {run.worker}."


def _after(run: Told) -> str:
    took = duration(run)
    return f" after {spoken(took)}" if took is not None else ""


def _tries(run: Told) -> str:
    return f", the last of {run.failures} attempts" if run.failures > 1 else ""
