"""Output schemas: which JSON Schemas an agent may ask its answers to follow, and whether they do.

JSON Schema 2020-12, with every keyword of its validation vocabulary, within bounds: a schema comes
from an owner and is worked through by a process that many owners share.
"""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from jsonschema import Draft202012Validator, FormatChecker, ValidationError
from jsonschema.exceptions import SchemaError

from agents.runners import llm_checker, llm_patterns
from scheduler_project.json_bounds import json_problem

MAX_CHARACTERS = 20_000
# More of an answer is not kept, and what is cut is no JSON any more.
MAX_ANSWER_CHARACTERS = 1_000_000
# Levels of nesting, and parts once each reference is replaced by what it stands for.
MAX_DEPTH = 50
MAX_PARTS = 10_000
MAX_QUOTED = 300
DEFINITIONS = "#/$defs/"
# Without what a JSON pointer reads as something else.
NAME = re.compile(r"[A-Za-z0-9_.-]+")
# References that models' providers do not know, a keyword that hides regular expressions, and two
# that look at all others again at each level: time that doubles with each.
REFUSED = {
    **dict.fromkeys(("$id", "$anchor", "$dynamicRef", "$dynamicAnchor"), str),
    "patternProperties": dict,
    **dict.fromkeys(("unevaluatedProperties", "unevaluatedItems"), dict | bool),
}
FORMATS = FormatChecker(["date", "time", "email", "ipv4", "ipv6", "uuid"])


def check(schema: Any) -> None:
    """ValueError with a sentence unless this is None or the JSON Schema of an object."""
    if schema is None:
        return
    if not isinstance(schema, Mapping) or schema.get("type") != "object":
        raise ValueError('Give the JSON Schema of an object: {"type": "object", ...}.')
    if refusal := json_problem(schema, MAX_CHARACTERS):
        raise ValueError(refusal)
    if _Size(schema).of(schema).parts > MAX_PARTS:
        raise ValueError(f"With all its references a schema may have {MAX_PARTS:,} parts.")
    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError as error:
        raise ValueError(f"This is no JSON Schema: {_sentence(error)}") from None


def problem(schema: Mapping[str, Any], answer: Any) -> str:
    """In a sentence, how an answer does not follow the schema; "" if it does."""
    try:
        if len(json.dumps(answer, ensure_ascii=False)) > MAX_ANSWER_CHARACTERS:
            return f"It has more than {MAX_ANSWER_CHARACTERS:,} characters."
        error = llm_checker.error(schema, answer, FORMATS)
    except llm_checker.TooManyStepsError:
        return "It is too long to be checked by this schema."
    except (ArithmeticError, ValueError):
        return "It has a number that is too large."
    return _sentence(error) if error else ""


class _Extent(NamedTuple):
    """Of a part of a schema: all parts within it, and how many levels they have."""

    parts: int
    levels: int


class _Size:
    """How many parts a schema has; ValueError where it goes too deep or cannot be followed."""

    def __init__(self, schema: Mapping[str, Any]) -> None:
        self._definitions = schema.get("$defs", {})
        self._found: dict[str, _Extent | None] = {}
        self._patterns: set[str] = set()

    def of(self, part: Any, depth: int = 0) -> _Extent:
        """The part and all within it."""
        if depth > MAX_DEPTH:
            raise ValueError(_too_deep())
        inner = [self.of(each, depth + 1) for each in self._within(part, depth)]
        if isinstance(part, Mapping) and isinstance(reference := part.get("$ref"), str):
            inner.append(self._of(reference, depth))
        levels = 1 + max((each.levels for each in inner), default=-1)
        # What is known of a definition was found at another depth.
        if depth + levels > MAX_DEPTH:
            raise ValueError(_too_deep())
        return _Extent(1 + sum(each.parts for each in inner), levels)

    def _within(self, part: Any, depth: int) -> Iterator[Any]:
        if isinstance(part, list):
            yield from part
        elif isinstance(part, Mapping):
            self._check(part, depth)
            yield from (each for name, each in part.items() if name != "$defs" or depth)

    def _of(self, reference: str, depth: int) -> _Extent:
        name = reference.removeprefix(DEFINITIONS)
        if reference == name or name not in self._definitions or not NAME.fullmatch(name):
            raise ValueError(
                f"A reference is {DEFINITIONS} and a name defined in $defs, in letters, digits "
                f"and ._-, not {reference!r:.100}."
            )
        if name not in self._found:
            self._found[name] = None
            self._found[name] = self.of(self._definitions[name], depth + 1)
        extent = self._found[name]
        if extent is None:
            raise ValueError(f"The definition {name!r:.100} must not refer to itself.")
        return extent

    def _check(self, part: Mapping[str, Any], depth: int) -> None:
        for keyword, kind in REFUSED.items():
            if isinstance(part.get(keyword), kind):
                raise ValueError(f"A schema cannot use {keyword} here.")
        # Within a schema it would bring another validator, which counts no steps.
        if depth and isinstance(part.get("$schema"), str):
            raise ValueError("A schema can say $schema only at its beginning.")
        _check_names(part)
        if isinstance(pattern := part.get("pattern"), str):
            self._check_pattern(pattern)

    def _check_pattern(self, pattern: str) -> None:
        llm_patterns.check(pattern)
        self._patterns.add(pattern)
        if (
            len(self._patterns) > llm_patterns.MAX_PATTERNS
            or sum(map(llm_patterns.parts, self._patterns)) > llm_patterns.MAX_PARTS
        ):
            raise ValueError(
                f"A schema may have {llm_patterns.MAX_PATTERNS} patterns, without many or large "
                r"repetitions; [A-Za-z] takes less than \w."
            )


def _too_deep() -> str:
    return f"A schema may be nested {MAX_DEPTH} levels deep."


def _check_names(part: Mapping[str, Any]) -> None:
    """Comparing each with each other, as jsonschema does with what cannot be sorted, takes long."""
    dependent = part.get("dependentRequired")
    lists = [*dependent.values()] if isinstance(dependent, Mapping) else []
    for names in (part.get("required"), part.get("type"), *lists):
        if isinstance(names, list) and not all(isinstance(name, str) for name in names):
            raise ValueError("Lists of required properties, and of types, are lists of names.")


@FORMATS.checks("date-time", ValueError)
def _is_date_time(value: object) -> bool:
    """RFC 3339: with an offset."""
    return not isinstance(value, str) or datetime.fromisoformat(value).tzinfo is not None


def _sentence(error: ValidationError | SchemaError) -> str:
    message = error.message
    if len(message) > MAX_QUOTED:
        message = f"{message[:MAX_QUOTED]} ..."
    return f"{message} (at {error.json_path:.{MAX_QUOTED}})."
