"""Output schemas: which JSON Schemas an agent may ask its answers to follow, and whether they do.

JSON Schema 2020-12, with every keyword of its validation vocabulary, within bounds: a schema comes
from an owner and is worked through by a process that many owners share.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker, ValidationError
from jsonschema.exceptions import SchemaError, best_match
from jsonschema.validators import extend
from pydantic_core import SchemaError as PatternError
from pydantic_core import SchemaValidator, core_schema
from pydantic_core import ValidationError as NoMatch

from scheduler_project.text import json_problem

MAX_CHARACTERS = 20_000
# Levels of nesting, and parts once each reference is replaced by what it stands for.
MAX_DEPTH = 50
MAX_PARTS = 10_000
MAX_QUOTED = 300
DEFINITIONS = "#/$defs/"
# References that models' providers do not know, and a keyword that hides regular expressions.
REFUSED = {
    **dict.fromkeys(("$id", "$anchor", "$dynamicRef", "$dynamicAnchor"), str),
    "patternProperties": dict,
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
    if _Size(schema).of(schema) > MAX_PARTS:
        raise ValueError(f"With all its references a schema may have {MAX_PARTS:,} parts.")
    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError as error:
        raise ValueError(f"This is no JSON Schema: {_sentence(error)}") from None


def problem(schema: Mapping[str, Any], answer: Any) -> str:
    """In a sentence, how an answer does not follow the schema; "" if it does."""
    error = best_match(Checker(schema, format_checker=FORMATS).iter_errors(answer))
    return _sentence(error) if error else ""


class _Size:
    """How many parts a schema has; ValueError where it goes too deep or cannot be followed."""

    def __init__(self, schema: Mapping[str, Any]) -> None:
        self._definitions = schema.get("$defs", {})
        self._found: dict[str, int | None] = {}

    def of(self, part: Any, depth: int = 0) -> int:
        """The part and all within it."""
        if depth > MAX_DEPTH:
            raise ValueError(f"A schema may be nested {MAX_DEPTH} levels deep.")
        if isinstance(part, list):
            return 1 + sum(self.of(each, depth + 1) for each in part)
        if not isinstance(part, Mapping):
            return 1
        self._check(part)
        within = sum(self.of(each, depth + 1) for key, each in part.items() if key != "$defs")
        reference = part.get("$ref")
        return 1 + within + (self._of(reference, depth) if isinstance(reference, str) else 0)

    def _of(self, reference: str, depth: int) -> int:
        name = reference.removeprefix(DEFINITIONS)
        if reference == name or name not in self._definitions:
            raise ValueError(
                f"A reference is {DEFINITIONS} and a name defined in $defs, not {reference!r:.100}."
            )
        if name not in self._found:
            self._found[name] = None
            self._found[name] = self.of(self._definitions[name], depth + 1)
        size = self._found[name]
        if size is None:
            raise ValueError(f"The definition {name!r:.100} must not refer to itself.")
        return size

    def _check(self, part: Mapping[str, Any]) -> None:
        for keyword, kind in REFUSED.items():
            if isinstance(part.get(keyword), kind):
                raise ValueError(f"A schema cannot use {keyword} here.")
        if isinstance(pattern := part.get("pattern"), str):
            try:
                _matcher(pattern)
            except PatternError:
                raise ValueError(
                    f"The pattern {pattern!r:.100} cannot be used here: write a regular "
                    "expression without look-around and back-references."
                ) from None


@lru_cache(1000)
def _matcher(pattern: str) -> SchemaValidator:
    """A search in time linear to the text, whatever the pattern: Rust's, not Python's."""
    return SchemaValidator(core_schema.str_schema(pattern=pattern))


def _pattern(checker: Any, pattern: str, text: Any, schema: Any) -> Iterator[ValidationError]:
    if isinstance(text, str):
        try:
            _matcher(pattern).validate_python(text)
        except NoMatch:
            yield ValidationError(f"{text!r} does not match {pattern!r}")


Checker = extend(Draft202012Validator, {"pattern": _pattern})


@FORMATS.checks("date-time", ValueError)
def _is_date_time(value: object) -> bool:
    """RFC 3339: with an offset."""
    return not isinstance(value, str) or datetime.fromisoformat(value).tzinfo is not None


def _sentence(error: ValidationError | SchemaError) -> str:
    message = error.message
    if len(message) > MAX_QUOTED:
        message = f"{message[:MAX_QUOTED]} ..."
    return f"{message} (at {error.json_path})."
