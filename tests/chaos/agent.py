"""The scripted agent: it does what its command says and keeps a record of its own.

The record is a file of JSON lines that the scheduler knows nothing of, a single write
for each line, so that a killed process leaves whole lines behind.
"""

import asyncio
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any

from agents.desk import Desk
from agents.errors import ErrorType, RunFailed
from agents.orders import Order, Usage
from tests.chaos import failpoints
from tests.chaos.clock import monotonic

RECORD = "CHAOS_AGENT_RECORD"


@dataclass(frozen=True)
class Script:
    """What an agent does: attempt n takes the n-th time (or the last), the first few fail."""

    seconds: tuple[float, ...] = (0.0,)
    failures: int = 0
    fatal: bool = False

    def command(self, label: str = "") -> str:
        """The script as the text of a command."""
        return json.dumps({"label": label, **self.__dict__})

    @classmethod
    def of(cls, command: str) -> "Script":
        """The script that a command holds."""
        read: dict[str, Any] = json.loads(command)
        return cls(tuple(read["seconds"]), read["failures"], read["fatal"])

    def duration(self, attempt: int) -> float:
        """How long that attempt takes."""
        return self.seconds[min(attempt, len(self.seconds)) - 1]


class ChaosRunner:
    """See agents.runners.Runner for the contract."""

    def __init__(self) -> None:
        self._starts = count(1)

    def check_model(self, model: str) -> None:
        """Any model will do."""

    def check_options(self, options: Mapping[str, Any]) -> None:
        """There are none."""

    async def run(self, order: Order, usage: Usage, desk: Desk) -> str:
        """Do as the script says; the answer is a token that no other start has."""
        token = f"{order.execution_id}/{order.attempt}/{os.getpid()}.{next(self._starts)}"
        script = Script.of(order.command)
        _note("start", order, token)
        try:
            await asyncio.sleep(script.duration(order.attempt) / 2)
            failpoints.reach(failpoints.MID_RUN)
            await asyncio.sleep(script.duration(order.attempt) / 2)
        except asyncio.CancelledError:
            _note("stopped", order, token)
            raise
        usage.llm_calls += 1
        if order.attempt <= script.failures:
            _note("failed", order, token)
            kind = ErrorType.REQUEST_REJECTED if script.fatal else ErrorType.PROVIDER_UNAVAILABLE
            raise RunFailed(kind, "The script says so.")
        _note("done", order, token)
        return token

    async def close(self) -> None:
        """Nothing is kept open."""


def _note(event: str, order: Order, token: str) -> None:
    line = {
        "event": event,
        "execution": str(order.execution_id),
        "attempt": order.attempt,
        "token": token,
        "pid": os.getpid(),
        "at": monotonic(),
    }
    record = os.open(os.environ[RECORD], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(record, (json.dumps(line) + "\n").encode())
    finally:
        os.close(record)
