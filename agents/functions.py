"""The Python functions that function agents may call: the deployment's, and those of packages.

The deployment names its own in AGENT_FUNCTIONS; packages have entry points of the group
agent_scheduler.functions.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from django.conf import settings

from agents import loading
from agents.errors import ErrorType
from agents.registry import Registry


def registry() -> Registry:
    """What the settings name now, and what packages add."""
    return _registry(tuple(settings.AGENT_FUNCTIONS.items()))


async def get(name: str) -> Callable[..., Any]:
    """The function of this name; RunFailed if there is none, or if it cannot be loaded."""
    return await loading.loaded(registry().load, name, _callable)


@lru_cache(maxsize=10)
def _registry(own: tuple[tuple[str, str], ...]) -> Registry:
    return Registry("function", dict(own), ErrorType.UNKNOWN_RUNNER)


def _callable(found: Any) -> Callable[..., Any]:
    if not callable(found):
        raise TypeError(f"{found!r} is no function.")
    return found
