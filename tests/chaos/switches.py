"""Safeguards of the scheduler switched off in the processes of a chaos run.

The checker must notice each of them. Every patch fails loudly where the text or the name
that it replaces is no longer there: a switch must not become a switch of nothing.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

FENCE = "fence"
RECOVERY = "recovery"
REPUBLISH = "republish"
ROW_LOCKS = "row locks"
UNIQUE_KEY = "unique key"
IDEMPOTENCY = "idempotency"

UNIQUE_INDEX = "execution_once_per_occurrence"


class Patches:
    """Replacements in modules, each checked."""

    def cut(self, module: Any, name: str, text: str, times: int = 1) -> None:
        """Take `text` out of the module's constant; it must stand there so many times."""
        statement = getattr(module, name)
        if statement.count(text) != times:
            raise AssertionError(f"{module.__name__}.{name} says {text!r} not {times} times")
        setattr(module, name, statement.replace(text, ""))

    def replace(self, module: Any, name: str, function: Callable[..., Any]) -> None:
        """Put another function in the place of the module's."""
        if not callable(getattr(module, name, None)):
            raise AssertionError(f"{module.__name__} no longer has a function {name}")
        setattr(module, name, function)

    def wrap(self, module: Any, name: str, around: Callable[..., Any]) -> None:
        """Have `around` called in its place, with the original as its first argument."""
        original = getattr(module, name, None)
        if original is None:
            raise AssertionError(f"{module.__name__} no longer has a function {name}")

        @wraps(original)
        def wrapped(*arguments: Any, **options: Any) -> Any:
            return around(original, *arguments, **options)

        setattr(module, name, wrapped)


def switch_off(name: str) -> None:
    """Switch one safeguard off in this process, before it begins its work."""
    _OFF[name](Patches())


def _fence(patches: Patches) -> None:
    from schedules import claims, outcomes

    patches.cut(outcomes, "FINISH", "AND e.attempt = g.attempt")
    patches.cut(claims, "HEARTBEAT", "AND e.attempt = held.attempt", times=2)


def _recovery(patches: Patches) -> None:
    from schedules import recover

    patches.replace(recover, "recover", lambda: 0)


def _republish(patches: Patches) -> None:
    from schedules import recover

    patches.replace(recover, "republish", lambda: 0)


def _row_locks(patches: Patches) -> None:
    from schedules import dispatch

    patches.cut(dispatch, "LOCK_DUE", "FOR NO KEY UPDATE SKIP LOCKED")


def _unique_key(patches: Patches) -> None:
    from schedules import ledger

    patches.cut(
        ledger,
        "INSERT",
        "ON CONFLICT (schedule_id, scheduled_for) WHERE trigger = 'timer' DO NOTHING",
    )


def _idempotency(patches: Patches) -> None:
    from accounts import idempotency

    patches.replace(idempotency, "_taken", lambda request, owner: None)


_OFF: dict[str, Callable[[Patches], None]] = {
    FENCE: _fence,
    RECOVERY: _recovery,
    REPUBLISH: _republish,
    ROW_LOCKS: _row_locks,
    UNIQUE_KEY: _unique_key,
    IDEMPOTENCY: _idempotency,
}
