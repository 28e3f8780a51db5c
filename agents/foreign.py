"""Code of others within a run: what it raises becomes a failure of this run, and nothing more."""

import asyncio
import inspect
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from agents.calls import Exhausted
from agents.errors import ErrorType, RunFailed
from agents.orders import Order
from agents.redaction import trace

logger = logging.getLogger(__name__)


@contextmanager
def contained(
    what: str, error_type: ErrorType, order: Order, *passing: type[Exception]
) -> Iterator[None]:
    """Run a block of such code, `what` being its name at the beginning of a sentence.

    RunFailed, what is `passing`, and the run's own cancellation are let through. Anything else
    is logged and raised as RunFailed of this type: also SystemExit, which would end the worker's
    event loop, and a cancellation that nobody asked for, which would look like the run's own.
    Where no thread is left for it, the sentence says so.
    """
    let_through: tuple[type[Exception], ...] = (RunFailed, *passing)
    try:
        yield
    except let_through:
        raise
    except Exhausted as error:
        raise RunFailed(error_type, f"{what} cannot be called: {error}.") from error
    except (Exception, SystemExit, asyncio.CancelledError) as error:
        if isinstance(error, asyncio.CancelledError) and is_being_cancelled():
            raise
        details = trace(error, order.secrets.values())
        logger.error("Agent task %s: %s failed:\n%s", order.task_id, what, details)
        name = type(error).__name__
        raise RunFailed(
            error_type, f"{what} failed ({name}); the worker's log has the details."
        ) from error


def is_being_cancelled() -> bool:
    """Whether somebody has asked for the end of the current task."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


def is_async(function: Callable[..., Any]) -> bool:
    """Whether calling it gives something to await."""
    while isinstance(function, partial):
        function = function.func
    return inspect.iscoroutinefunction(function) or inspect.iscoroutinefunction(
        getattr(function, "__call__", None)  # noqa: B004
    )
