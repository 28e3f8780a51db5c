"""The arguments of a call as those who approve it read them: all of them, as they are.

Only values that are known to be secret are hidden. What cannot be shown to the last bit must not
be asked: somebody would approve what they have not seen.
"""

from collections.abc import Sequence
from math import isfinite
from typing import Any

from agents.redaction import HIDDEN, known_number, without
from agents.storable import DEEPEST, LARGEST_BITS


def shown(value: Any, known: Sequence[str], depth: int = 0) -> Any:
    """A JSON value without what is known; ValueError with a sentence if it cannot all be shown."""
    if isinstance(value, str):
        return _text(value, known)
    if isinstance(value, dict | list):
        if depth == DEEPEST:
            raise ValueError(f"They are nested deeper than anybody reads ({DEEPEST} levels).")
        if isinstance(value, list):
            return [shown(each, known, depth + 1) for each in value]
        return _names_and_values(value, known, depth)
    return _number(value, known)


def _names_and_values(value: dict[str, Any], known: Sequence[str], depth: int) -> dict[str, Any]:
    copy = {_text(name, known): shown(each, known, depth + 1) for name, each in value.items()}
    if len(copy) < len(value):
        raise ValueError("Some of their names cannot be told apart without secrets.")
    return copy


def _number(value: Any, known: Sequence[str]) -> Any:
    if value is None or isinstance(value, bool):
        return value
    # Python refuses to write more than 4,300 digits: a ValueError, too.
    if known_number(value, known):
        return HIDDEN
    if isinstance(value, float):
        return value if isfinite(value) else str(value)
    return value if value.bit_length() <= LARGEST_BITS else str(value)


def _text(text: str, known: Sequence[str]) -> str:
    """What PostgreSQL cannot keep is written as an escape."""
    clean = without(text, known).replace("\x00", "\\x00")
    return clean.encode("utf-8", "backslashreplace").decode()
