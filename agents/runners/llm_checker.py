"""Validation by a JSON Schema that counts its steps, so that none takes longer than about a second.

A schema and an answer of a few kilobytes can keep jsonschema busy for hours: each part of the one
may be held against each part of the other, and an error quotes whatever it is about.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextvars import ContextVar
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker, ValidationError
from jsonschema.exceptions import best_match
from jsonschema.validators import create

from agents.runners import llm_patterns

# One takes about a microsecond.
MAX_STEPS = 1_000_000
# What takes longer than others, in steps.
OF_A_SCHEMA = 3
OF_A_REFERENCE = 20
OF_AN_ERROR = 20
OF_AN_ELEMENT = 5
# How many of it are done in a step.
CHARACTERS = 30
MATCHED = 50

Keyword = Callable[[Any, Any, Any, Any], Iterable[ValidationError] | None]
_left: ContextVar[list[int]] = ContextVar("left")


class TooManyStepsError(Exception):
    """The answer cannot be held against the schema in reasonable time."""


def error(schema: Mapping[str, Any], answer: Any, formats: FormatChecker) -> ValidationError | None:
    """The most telling error; TooManyStepsError if there is no saying."""
    _left.set([MAX_STEPS])
    return best_match(_Checker(schema, format_checker=formats).iter_errors(answer))


def _spend(steps: int) -> None:
    left = _left.get()
    left[0] -= steps
    if left[0] < 0:
        raise TooManyStepsError


def _keywords(schema: Mapping[str, Any]) -> Iterable[tuple[str, Any]]:
    """Called twice for each schema that is held against something."""
    _spend(OF_A_SCHEMA + len(schema) // 4)
    return schema.items()


def _counted(keyword: Keyword) -> Keyword:
    def counted(checker: Any, value: Any, instance: Any, schema: Any) -> Iterator[ValidationError]:
        _spend(1 + (_entries(value) + _entries(instance)) // 4)
        for error in keyword(checker, value, instance, schema) or ():
            _spend(OF_AN_ERROR + len(error.message) // CHARACTERS)
            yield error

    return counted


def _entries(value: Any) -> int:
    """What a keyword may have to look at: the entries, and of lists in them theirs."""
    if isinstance(value, Mapping):
        return sum(len(each) if isinstance(each, list) else 1 for each in value.values())
    return len(value) if isinstance(value, list) else 0


def _reference(checker: Any, value: Any, instance: Any, schema: Any) -> Iterator[ValidationError]:
    _spend(OF_A_REFERENCE)
    yield from Draft202012Validator.VALIDATORS["$ref"](checker, value, instance, schema)


def _contains(checker: Any, value: Any, instance: Any, schema: Any) -> Iterator[ValidationError]:
    if isinstance(instance, list):
        # Not counted otherwise if the value is true or false.
        _spend(OF_A_SCHEMA * len(instance))
        yield from Draft202012Validator.VALIDATORS["contains"](checker, value, instance, schema)


def _pattern(checker: Any, value: str, instance: Any, schema: Any) -> Iterator[ValidationError]:
    if isinstance(instance, str):
        _spend(len(instance) * llm_patterns.parts(value, letters=1) // MATCHED)
        if not llm_patterns.found(value, instance):
            yield ValidationError(f"{instance!r} does not match {value!r}")


def _unique(checker: Any, value: bool, instance: Any, schema: Any) -> Iterator[ValidationError]:
    if value and isinstance(instance, list):
        seen: set[str] = set()
        for element in instance:
            # A text, as numbers can be chosen so that all of them have one hash.
            written = json.dumps(_plain(element), sort_keys=True)
            _spend(OF_AN_ELEMENT + len(written) // CHARACTERS)
            if written in seen:
                yield ValidationError(f"{instance!r} has non-unique elements")
                return
            seen.add(written)


def _plain(value: Any) -> Any:
    """1.0 is 1, and true is not."""
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if isinstance(value, Mapping):
        return {name: _plain(each) for name, each in value.items()}
    return int(value) if isinstance(value, float) and value.is_integer() else value


_Checker = create(
    meta_schema=Draft202012Validator.META_SCHEMA,
    validators={
        name: _counted(keyword)
        for name, keyword in {
            **Draft202012Validator.VALIDATORS,
            "$ref": _reference,
            "contains": _contains,
            "pattern": _pattern,
            "uniqueItems": _unique,
        }.items()
    },
    type_checker=Draft202012Validator.TYPE_CHECKER,
    applicable_validators=_keywords,
)
