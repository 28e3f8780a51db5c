"""Pure: changes in words that a person reads."""

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

# In characters, of a value in a list.
SHORT = 120


class Change(NamedTuple):
    """What became of one field."""

    field: str
    old: str
    new: str


def told(changes: Mapping[str, Any], most: int | None = None) -> list[Change]:
    """Each change, by the names that fields have on pages; values of at most so many signs."""
    return [
        Change(_field(name), _cut(_value(old, name), most), _cut(_value(new, name), most))
        for name, (old, new) in sorted(changes.items())
    ]


def _field(name: str) -> str:
    return name.removesuffix("_id").replace("_", " ")


def _value(value: Any, name: str) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return ", ".join(value)
    if isinstance(value, str):
        return _instant(value) if name.endswith("_at") else value
    return json.dumps(value, ensure_ascii=False)


def _instant(text: str) -> str:
    return text.replace("T", " ").replace("+00:00", " UTC")


def _cut(text: str, most: int | None) -> str:
    return text if most is None or len(text) <= most else f"{text[: most - 1]}…"
