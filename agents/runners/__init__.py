"""The kinds of runner: a name and the class that makes runs of that kind.

A class is imported when its kind is first used: whoever only validates a name, like
the web server or beat, does not pay for a provider's packages. Installed packages add kinds
through entry points of the group agent_scheduler.runners.
"""

import asyncio
import logging
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, ClassVar, Protocol

from agents import tools
from agents.desk import Desk
from agents.errors import ErrorType, RunFailed
from agents.orders import Order, Usage
from agents.registry import Registry

logger = logging.getLogger(__name__)

CLOSE_SECONDS = 10.0
OWN = {
    "function": "agents.runners.function.FunctionRunner",
    "llm": "agents.runners.llm.LlmRunner",
    "webhook": "agents.runners.webhook.WebhookRunner",
}
_registry = Registry("runner", OWN, ErrorType.UNKNOWN_RUNNER)
_loaded: dict[str, "Runner"] = {}


class Runner(Protocol):
    """One way to carry out a command; a single instance serves all runs of a process."""

    spends: ClassVar[bool] = True
    """Whether runs may cost tokens or money: unless it says no, budgets hold something back."""

    def check_model(self, model: str) -> None:
        """ValueError, with a sentence that helps, if an agent cannot name this model."""

    def check_options(self, options: Mapping[str, Any]) -> None:
        """ValueError, with a sentence that helps, if an agent cannot have these options."""

    async def run(self, order: Order, usage: Usage, desk: Desk) -> str:
        """Carry out the command and return the answer; keep `usage` up to date meanwhile.

        A run spends no more than `order.max_tokens` and `order.max_cost`, which its budgets leave
        to it. What happens on the way is noted at the `desk`.

        Raises RunFailed for every failure whose reason is known, and Parked where somebody has
        to decide first: the run goes on with `order.resumed`, in another attempt.
        """

    async def close(self) -> None:
        """Let go of what belongs to the running event loop."""


def register(name: str, path: str) -> None:
    """Add a kind, or replace it: `path` is the dotted path of a class without arguments."""
    _registry.register(name, path)
    _loaded.pop(name, None)


def unregister(name: str) -> None:
    """Forget a kind."""
    _registry.unregister(name)
    _loaded.pop(name, None)


def names() -> list[str]:
    """The registered kinds, in alphabetical order."""
    return _registry.names()


def load_all() -> None:
    """Import every kind now; a worker does so before its first run is late for it.

    One that cannot be loaded is logged: runs that need it will say so themselves.
    """
    for name in names():
        with suppress(RunFailed):
            get(name)
    # They are the llm kind's, and cost whoever has none of it nothing.
    if "llm" in _loaded:
        tools.load_all()


def get(name: str) -> Runner:
    """The runner of a kind; RunFailed if there is none, or if it cannot be loaded."""
    if name not in _loaded:
        _loaded[name] = _registry.load(name, lambda kind: kind())
    return _loaded[name]


def spends(name: str) -> bool:
    """Whether runs of that kind may cost anything; of what is not loaded nobody knows.

    It loads nothing, as claims ask while they hold locks: a worker has loaded all kinds by then.
    """
    return bool(getattr(_loaded.get(name), "spends", True))


async def close() -> None:
    """Close every runner that was used; one that fails or hangs keeps no other from it."""
    for name, runner in list(_loaded.items()):
        try:
            async with asyncio.timeout(CLOSE_SECONDS):
                await runner.close()
        except (Exception, SystemExit, asyncio.CancelledError):
            if (task := asyncio.current_task()) and task.cancelling():
                raise
            logger.exception("The runner %r could not be closed", name)
