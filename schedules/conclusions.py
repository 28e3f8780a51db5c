"""What an attempt came to, and where its execution goes from there."""

import random
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Protocol
from uuid import UUID

from agents.parking import Parked
from agents.records import Finished
from schedules.policies import retry_delay
from schedules.states import State


class Held(Protocol):
    """The facts of an attempt that its outcome is judged by."""

    @property
    def id(self) -> UUID: ...
    @property
    def attempt(self) -> int: ...
    @property
    def failures(self) -> int: ...
    @property
    def max_attempts(self) -> int: ...
    @property
    def retry_backoff_seconds(self) -> int: ...


@dataclass(frozen=True)
class Conclusion:
    """One attempt's outcome as the ledger takes it.

    `state` is where the execution goes: a final state, pending for another attempt
    after `delay`, or waiting for somebody's decision. `charged` says whether the attempt
    counts against the maximum; one handed back by a worker that shuts down does not.
    """

    execution_id: UUID
    attempt: int
    state: State
    task: Finished
    charged: bool = False
    delay: timedelta = timedelta(0)
    reason: str = ""
    parked: Parked | None = None
    """What it goes on from, where the state is waiting."""
    untouched: bool = False
    """Nothing was done yet: neither a model nor a tool was called."""

    def __str__(self) -> str:
        said = f": {self.reason or self.task.error_message}" if self.state != "success" else ""
        return f"Execution {self.execution_id} attempt {self.attempt}: {self.state.value}{said}"


def succeeded(held: Held, task: Finished) -> Conclusion:
    """The run is done."""
    return Conclusion(held.id, held.attempt, State.SUCCESS, task)


def parked(held: Held, task: Finished, parked: Parked, *, keep_task: bool = False) -> Conclusion:
    """The run stands still until somebody has decided; this try is not charged.

    With `keep_task` the next attempt goes on with the same agent task.
    """
    task = replace(task, state="waiting" if keep_task else "parked")
    tools = ", ".join(dict.fromkeys(call.tool for call in parked.calls))
    reason = f"waits for an approval of {tools}"
    return Conclusion(held.id, held.attempt, State.WAITING, task, reason=reason, parked=parked)


def cancelled(held: Held, task: Finished) -> Conclusion:
    """The run was stopped because somebody asked for it."""
    return Conclusion(
        held.id, held.attempt, State.CANCELLED, replace(task, state="cancelled"), reason="cancelled"
    )


def handed_back(held: Held, task: Finished, *, reason: str, keep_task: bool = False) -> Conclusion:
    """The run starts again, elsewhere or later, and this try is not charged.

    With `keep_task` the next attempt goes on with the same agent task.
    """
    if keep_task:
        task = replace(task, state="pending")
    else:
        task = replace(task, state="cancelled", error_type="handed_back", error_message=reason)
    untouched = not (task.llm_calls or task.tool_calls)
    return Conclusion(
        held.id, held.attempt, State.PENDING, task, reason=reason, untouched=untouched
    )


def failed(held: Held, task: Finished, *, retryable: bool) -> Conclusion:
    """The attempt failed; the retry policy says whether there is another, and when."""
    failures = held.failures + 1
    delay = retry_delay(
        failures=failures,
        max_attempts=held.max_attempts,
        backoff=timedelta(seconds=held.retry_backoff_seconds),
        retryable=retryable,
        spread=random.random(),
    )
    reason = f"attempt {failures} of {held.max_attempts} failed: {task.error_type}"
    return Conclusion(
        execution_id=held.id,
        attempt=held.attempt,
        state=State.FAILED if delay is None else State.PENDING,
        task=replace(task, state="failed"),
        charged=True,
        delay=delay or timedelta(0),
        reason=reason,
    )
