"""Any value made into JSON that can be stored: valid for PostgreSQL, bounded, without secrets."""

from collections.abc import Iterable, Mapping, Sequence
from math import isfinite
from typing import Any

from agents.redaction import HIDDEN, cleaned, is_secret_field, known_number, settled
from scheduler_project.text import valid

DEEPEST = 20
# Of an element that is no text, and of the signs around one that is.
ELEMENT_BYTES = 8
LARGEST_BITS = 63


def storable(value: Any, *, limit: int, known: Sequence[str]) -> Any:
    """`value` as JSON whose texts and names have about `limit` bytes in UTF-8, without `known`.

    What does not fit is cut, with a note that says so; what is no JSON becomes a text. Numbers
    that others cannot read (NaN, infinity, more than 64 bits) become texts, too.
    """
    return _Copy(limit, known).of(value, 0)


class _Copy:
    """One value being copied; `left` bytes may still be used."""

    def __init__(self, left: int, known: Sequence[str]) -> None:
        self.left = left
        self.known = known
        self.digits = [secret for secret in known if secret.isdecimal()]

    def of(self, value: Any, depth: int) -> Any:
        self.left -= ELEMENT_BYTES
        if isinstance(value, str):
            return self._text(value)
        if value is None or isinstance(value, bool | int | float):
            return self._number(value)
        if isinstance(value, Mapping | list | tuple | set | frozenset):
            if depth == DEEPEST:
                return "[Cut here: it is nested too deeply.]"
            return (
                self._mapping(value, depth)
                if isinstance(value, Mapping)
                else [*self._items(value, depth)]
            )
        return self._text(_described(value))

    def _mapping(self, value: Mapping[Any, Any], depth: int) -> dict[str, Any]:
        copy: dict[str, Any] = {}
        for name, inner in value.items():
            if self.left <= 0:
                copy["..."] = _cut(len(value), "entries")
                break
            name = self._text(str(name))
            secret = isinstance(inner, str) and is_secret_field(name)
            copy[name] = HIDDEN if secret else self.of(inner, depth + 1)
        return copy

    def _items(self, value: Sequence[Any] | set[Any] | frozenset[Any], depth: int) -> Iterable[Any]:
        for item in value:
            if self.left <= 0:
                yield _cut(len(value), "elements")
                return
            yield self.of(item, depth + 1)

    def _number(self, value: float | None) -> Any:
        if value is None or isinstance(value, bool):
            return value
        small = isinstance(value, float) or value.bit_length() <= LARGEST_BITS
        if small and known_number(value, self.digits):
            return HIDDEN
        if isinstance(value, float):
            return value if isfinite(value) else str(value)
        if small:
            return value
        # Its decimal digits would take long, and Python refuses more than 4,300.
        return self._text(hex(value))

    def _text(self, text: str) -> str:
        room = max(self.left, 0)
        shown = text
        if len(text) > room:
            # A secret that is cut in two would not be recognised.
            shown = text[: settled(text[:room], self.known)]
        encoded = cleaned(valid(shown), self.known).encode()
        self.left -= len(encoded)
        if len(encoded) > room:
            encoded = encoded[:room]
        whole = len(shown) == len(text) and self.left >= 0
        kept = encoded.decode("utf-8", "ignore")
        return kept if whole else kept + _cut(len(text), "characters")


def _cut(length: int, what: str) -> str:
    return f"[Cut here: it had {length:,} {what}.]"


def _described(value: Any) -> str:
    try:
        return str(value)
    except Exception as error:
        return f"[A {type(value).__name__} that cannot be shown: {type(error).__name__}.]"
