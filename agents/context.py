"""What functions and tools are told about the run that calls them."""

import asyncio
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Generic, TypeVar
from uuid import UUID

from agents.desk import Closed, Desk
from agents.orders import Order

T = TypeVar("T")


class BlockingDesk:
    """The desk for code in a thread: the same methods, without `await`.

    They raise Closed once the run has ended, which a thread may outlive.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._loop = asyncio.get_running_loop()
        self._closed = False

    def close(self) -> None:
        """The run has ended."""
        self._closed = True

    def note(self, kind: str, data: Mapping[str, Any]) -> None:
        """See Desk.note; it is written down as soon as the event loop comes to it."""
        self._check()
        self._loop.call_soon_threadsafe(self._desk.note, kind, data)

    def previous_result(self) -> str | None:
        """See Desk.previous_result."""
        return self._wait(self._desk.previous_result())

    def recall(self, key: str) -> str | None:
        """See Desk.recall."""
        return self._wait(self._desk.recall(key))

    def remember(self, key: str, value: str) -> None:
        """See Desk.remember."""
        self._wait(self._desk.remember(key, value))

    def remembered(self) -> list[str]:
        """See Desk.remembered."""
        return self._wait(self._desk.remembered())

    def _wait(self, answer: Coroutine[Any, Any, T]) -> T:
        try:
            self._check()
            return asyncio.run_coroutine_threadsafe(answer, self._loop).result()
        finally:
            # Where it was not started; what has ended is closed already.
            answer.close()

    def _check(self) -> None:
        if self._closed:
            raise Closed


AnyDesk = TypeVar("AnyDesk", Desk, BlockingDesk)


@dataclass(frozen=True)
class Context(Generic[AnyDesk]):
    """A run as the code that it calls may know it.

    `desk` is a Desk for async functions and a BlockingDesk for others.
    """

    command: str
    execution_id: UUID
    attempt: int
    idempotency_key: str
    """What a side effect is to be done once for: the same in every attempt."""
    timezone: str
    """Of the schedule, such as Europe/Berlin."""
    timeout_seconds: float
    """How long the whole run may take."""
    desk: AnyDesk
    secrets: Mapping[str, str] = field(repr=False)
    """The agent's secret values by name."""

    def blocking(self: "Context[Desk]") -> "Context[BlockingDesk]":
        """The same for code in a thread; its desk is to be closed."""
        return replace(self, desk=BlockingDesk(self.desk))  # type: ignore[arg-type, return-value]


def of(order: Order, desk: Desk) -> Context[Desk]:
    """The context of a run."""
    return Context(
        command=order.command,
        execution_id=order.execution_id,
        attempt=order.attempt,
        idempotency_key=order.idempotency_key,
        timezone=order.timezone,
        timeout_seconds=order.timeout_seconds,
        desk=desk,
        secrets=order.secrets,
    )
