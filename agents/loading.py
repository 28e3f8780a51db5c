"""Code that is imported when a run first needs it, without the run's event loop waiting for it."""

from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar

from agents.threads import Threads

T = TypeVar("T")
LOADERS = 4

_loaded: dict[tuple[Any, ...], Any] = {}


@cache
def _threads() -> Threads:
    """Of their own: functions that hold all AGENT_THREADS must not keep anything from loading."""
    return Threads(LOADERS)


async def loaded(load: Callable[..., T], name: str, *args: Any) -> T:
    """What `load` makes of the name and these arguments, once; raises what it raises."""
    key = (load, name, *args)
    if key not in _loaded:
        _loaded[key] = await _threads().run(f"Loading {name!r}", load, *key[1:])
    found: T = _loaded[key]
    return found
