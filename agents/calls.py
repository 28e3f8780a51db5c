"""A call that a thread makes for somebody else, and how it ended."""

from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar, cast

from django.db import connections

T = TypeVar("T")


class Exhausted(Exception):  # noqa: N818
    """No thread is left, nor will one be soon; the message ends a sentence."""


@dataclass
class Ended(Generic[T]):
    """How a call ended.

    Passed on as a result, whatever it was: asyncio's futures take no StopIteration, and make
    new errors of others, whose traceback says nothing.
    """

    value: T | None = None
    error: BaseException | None = None

    def result(self) -> T:
        """What the call returned or raised."""
        if self.error is not None:
            raise self.error
        return cast(T, self.value)


@dataclass(eq=False)
class Call:
    """A call and who waits for it."""

    what: str
    work: Callable[[], Any]
    future: Future[Ended[Any]] = field(default_factory=Future)

    def make(self) -> Ended[Any]:
        """Make it, in the current thread."""
        try:
            ended = Ended(value=self.work())
        except BaseException as error:
            ended = Ended(error=error)
        # What it opened would otherwise stay open, and go stale, until the thread is used again.
        with suppress(Exception):
            connections.close_all()
        return ended

    def refuse(self, held: int) -> None:
        """Say that it will not be made, as so many others keep their threads."""
        sentence = f"{held} calls that never returned keep all threads of the worker; restart it"
        if self.future.set_running_or_notify_cancel():
            self.future.set_result(Ended(error=Exhausted(sentence)))
