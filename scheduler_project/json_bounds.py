"""What JSON may be: how deep, how much at one place, and only what can be stored and sent on."""

import json
from collections.abc import Iterator
from math import inf, isfinite
from typing import Any, NamedTuple

from scheduler_project.text import printable, unstorable

DEEPEST = 64
# Entries of one list or object.
MOST_ENTRIES = 10_000
# Python itself reads no longer ones: https://docs.python.org/3/library/stdtypes.html#int-max-str-digits
MOST_DIGITS = 4_300


class Flaw(NamedTuple):
    """What is wrong, and where: names and places in lists, joined by dots."""

    path: str
    sentence: str


class Repeated(dict[str, Any]):
    """An object in which the name `twice` stood more than once: readers disagree what it says."""

    twice: str


def read(text: str) -> Any:
    """The value of a JSON text, to be looked at by `flaw`; ValueError, RecursionError.

    Numbers that are too large for anything become infinite.
    """
    return json.loads(text, parse_constant=_no_json, parse_int=_integer, object_pairs_hook=_object)


def flaw(body: Any) -> Flaw | None:
    """The first flaw of a request's body, or None; the names of its fields are not looked at."""
    return next(_flaws(body, (), MOST_ENTRIES), None)


def json_problem(value: Any, longest: int, most_entries: int = MOST_ENTRIES) -> str | None:
    """Why a field does not hold this value, as a sentence, or None.

    `longest` is in characters as JSON writes it, `most_entries` of one list or object in it.
    """
    if found := next(_flaws(value, ("it",), most_entries), None):
        where = found.path.removeprefix("it").removeprefix(".")
        return f"At {printable(where, 100)}: {found.sentence}" if where else found.sentence
    written = len(json.dumps(value, ensure_ascii=False))
    if written > longest:
        return f"It has {written} characters; at most {longest} are allowed."
    return None


def _flaws(value: Any, path: tuple[str, ...], most: int) -> Iterator[Flaw]:
    if sentence := _problem_with(value, len(path), most):
        yield Flaw(".".join(path), sentence)
    elif isinstance(value, dict):
        for name, inner in value.items():
            if path and (problem := unstorable(str(name))):
                yield Flaw(".".join(path), f"Of a name in it: {problem}")
            yield from _flaws(inner, (*path, str(name)), most)
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from _flaws(inner, (*path, str(place)), most)


def _problem_with(value: Any, depth: int, most: int) -> str | None:
    if isinstance(value, str):
        return unstorable(value)
    if isinstance(value, float):
        return None if isfinite(value) else "It is a number that JSON cannot hold."
    if isinstance(value, dict | list):
        return _problem_with_many(value, depth, most)
    return None


def _problem_with_many(value: dict[str, Any] | list[Any], depth: int, most: int) -> str | None:
    if depth >= DEEPEST:
        return f"It is nested too deeply: at most {DEEPEST} levels are allowed."
    if len(value) > most:
        return f"It has {len(value):,} entries; at most {most:,} are allowed."
    return f"It says {value.twice!r} twice." if isinstance(value, Repeated) else None


def _no_json(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


def _integer(digits: str) -> int | float:
    if len(digits) <= MOST_DIGITS:
        return int(digits)
    return -inf if digits.startswith("-") else inf


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    repeated = Repeated(found)
    names = [name for name, _ in pairs]
    repeated.twice = next(name for name in found if names.count(name) > 1)
    return repeated
