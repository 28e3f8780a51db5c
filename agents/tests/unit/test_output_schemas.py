"""Which output schemas an agent may have, and what follows them."""

import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from agents.runners import llm_output

COUNT = {"type": "object", "properties": {"count": {"type": "integer"}}, "required": ["count"]}


def schema_of(part: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "object", "properties": {"a": part}, **more}


def nested(levels: int) -> dict[str, Any]:
    return {"type": "array", "items": nested(levels - 1)} if levels else {"type": "null"}


def doubling(levels: int) -> dict[str, Any]:
    """Each definition stands for two of the next: 2 ** levels parts in a few hundred characters."""
    definitions: dict[str, Any] = {
        f"d{n}": {"anyOf": [{"$ref": f"#/$defs/d{n + 1}"}] * 2} for n in range(levels)
    }
    definitions[f"d{levels}"] = {"type": "null"}
    return schema_of({"$ref": "#/$defs/d0"}, **{"$defs": definitions})


@pytest.mark.parametrize(
    "schema",
    [
        None,
        {"type": "object"},
        COUNT,
        schema_of(nested(20)),
        schema_of({"$ref": "#/$defs/x"}, **{"$defs": {"x": COUNT}}),
        schema_of({"type": "string", "pattern": r"^[A-Z]{3}-\d+$"}),
        # A property may have any name.
        schema_of({}, required=["a"]) | {"properties": {"$id": {"type": "string"}, "$ref": {}}},
    ],
)
def test_good(schema: Any) -> None:
    llm_output.check(schema)


@pytest.mark.parametrize(
    ("schema", "hint"),
    [
        ("object", "JSON Schema of an object"),
        ([], "JSON Schema of an object"),
        (True, "JSON Schema of an object"),
        ({}, "JSON Schema of an object"),
        ({"type": "array"}, "JSON Schema of an object"),
        ({"type": ["object", "null"]}, "JSON Schema of an object"),
        (schema_of({"type": "integr"}), "This is no JSON Schema"),
        ({"type": "object", "required": "count"}, "'count' is not of type 'array'"),
        (schema_of({"description": "x" * 20_000}), "at most 20000 are allowed"),
        (schema_of({"const": "a\x00b"}), "NUL character"),
        (schema_of({"const": "\udcff"}), "surrogate"),
        (schema_of(nested(60)), "50 levels deep"),
        (doubling(14), "10,000 parts"),
        (schema_of({"$ref": "#/$defs/x"}), "and ._-, not '#/$defs/x'"),
        (schema_of({"$ref": "https://example.com/x"}), "a name defined in $defs"),
        (schema_of({"$ref": "#"}), "a name defined in $defs"),
        (
            schema_of({"$ref": "#/$defs/x"}, **{"$defs": {"x": schema_of({"$ref": "#/$defs/x"})}}),
            "'x' must not refer to itself",
        ),
        (schema_of({"$id": "https://example.com/x"}), "cannot use $id"),
        (schema_of({"patternProperties": {"(a+)+$": {}}}), "cannot use patternProperties"),
        (schema_of({"pattern": "("}), "The pattern '('"),
        (schema_of({"pattern": "(?=a)b"}), "without look-around"),
    ],
)
def test_bad(schema: Any, hint: str) -> None:
    with pytest.raises(ValueError, match=r"\.$") as caught:
        llm_output.check(schema)
    assert hint in str(caught.value)
    assert len(str(caught.value)) < 500


@pytest.mark.parametrize(
    ("part", "good", "bad"),
    [
        ({"type": "integer"}, 3, "x"),
        ({"enum": ["x", "y"]}, "x", "z"),
        ({"const": 1}, 1, 2),
        ({"minimum": 3, "multipleOf": 2}, 4, 5),
        ({"exclusiveMaximum": 3}, 2, 3),
        ({"minLength": 2, "maxLength": 3}, "ab", "abcd"),
        ({"pattern": "b+"}, "abc", "ac"),
        ({"format": "date"}, "2026-11-25", "25.11.2026"),
        ({"format": "date-time"}, "2026-11-25T07:30:00Z", "2026-11-25T07:30:00"),
        ({"format": "email"}, "a@example.com", "a"),
        ({"items": {"type": "integer"}, "minItems": 1}, [1], ["x"]),
        ({"prefixItems": [{"type": "integer"}], "items": False}, [1], [1, 2]),
        ({"contains": {"const": 1}, "maxContains": 1}, [1, 2], [1, 1]),
        ({"uniqueItems": True}, [1, 2], [1, 1]),
        ({"required": ["b"]}, {"b": 1}, {}),
        ({"additionalProperties": False}, {}, {"b": 1}),
        ({"propertyNames": {"maxLength": 1}}, {"b": 1}, {"bb": 1}),
        ({"dependentRequired": {"b": ["c"]}}, {"b": 1, "c": 1}, {"b": 1}),
        ({"anyOf": [{"type": "null"}, {"type": "string"}]}, None, 1),
        ({"oneOf": [{"minimum": 1}, {"minimum": 2}]}, 1, 3),
        ({"allOf": [{"minimum": 1}, {"maximum": 2}]}, 1, 3),
        ({"not": {"type": "null"}}, 1, None),
        ({"if": {"minimum": 5}, "then": {"multipleOf": 2}, "else": {"const": 1}}, 6, 7),
        ({"$ref": "#/$defs/x"}, 1, "x"),
    ],
)
def test_every_keyword_counts(part: dict[str, Any], good: Any, bad: Any) -> None:
    schema = schema_of(part, **{"$defs": {"x": {"type": "integer"}}})
    llm_output.check(schema)
    assert llm_output.problem(schema, {"a": good}) == ""
    problem = llm_output.problem(schema, {"a": bad})
    assert problem.endswith(").")
    assert "$.a" in problem


def test_the_problem_is_short() -> None:
    assert len(llm_output.problem(COUNT, {"count": "x" * 100_000})) < 400


def test_a_pattern_costs_no_time() -> None:
    """With Python's expressions this takes minutes, and the worker with it."""
    begin = time.perf_counter()
    assert llm_output.problem(schema_of({"pattern": "^(a+)+$"}), {"a": "a" * 5000 + "b"})
    assert time.perf_counter() - begin < 20


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=8,
)
kinds = st.sampled_from(["integer", "string", "array", "object", "null", "boolean"])


@given(st.dictionaries(st.text(max_size=3), values), kinds)
def test_it_says_what_the_library_says(answer: dict[str, Any], kind: str) -> None:
    schema = {"type": "object", "additionalProperties": {"type": kind}}
    valid = Draft202012Validator(schema).is_valid(answer)
    assert (llm_output.problem(schema, answer) == "") is valid


@given(values.filter(lambda value: value is not None))
def test_whatever_is_no_object_is_refused_with_a_sentence(value: Any) -> None:
    with pytest.raises(ValueError, match=r"\.$"):
        llm_output.check(value)
