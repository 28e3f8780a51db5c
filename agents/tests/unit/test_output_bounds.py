"""No output schema, and no answer to one, keeps a process busy."""

import sys
import time
from collections.abc import Callable
from typing import Any

import pytest

from agents.runners import llm_checker, llm_output, llm_patterns

TOO_LONG = "It is too long to be checked by this schema."
MIXED = [value for n in range(5_000) for value in (n, str(n))]
NAMES = [f"n{n}" for n in range(2_000)]
HASHED_ALIKE = [n * (2**61 - 1) for n in range(40_000)]


def of(part: Any, **more: Any) -> dict[str, Any]:
    return {"type": "object", "properties": {"a": part}, **more}


def times(count: int, part: Any) -> dict[str, Any]:
    return {"allOf": [part] * count}


def nested(keyword: str, levels: int, part: Any) -> Any:
    inner = nested(keyword, levels - 1, part) if levels else part
    return {keyword: [inner, inner]} if levels else part


# Each takes between seconds and days if nobody counts.
HOSTILE: dict[str, tuple[Any, Any]] = {
    "unique": (times(800, {"uniqueItems": True}), MIXED),
    "unique hashes": (times(50, {"uniqueItems": True}), HASHED_ALIKE),
    "wide": ({"items": {"anyOf": [{"type": "null"}] * 900}}, MIXED),
    "deep": ({"items": nested("anyOf", 8, {"type": "null"})}, MIXED),
    "one of": ({"items": {"oneOf": [{"type": ["integer", "string"]}] * 500}}, MIXED),
    "unknown words": ({"items": dict.fromkeys(NAMES[:1_500], 1)}, [0] * 300_000),
    "contains": (times(400, {"contains": True, "minContains": 10**6}), [0] * 300_000),
    "true": (times(900, {"items": True}), [0] * 300_000),
    "false": ({"items": False}, ["x" * 900_000]),
    "names": (times(700, {"propertyNames": True}), dict.fromkeys(map(str, range(70_000)), 0)),
    "missing": ({"items": {"required": NAMES}}, [{}] * 10_000),
    "dependent": ({"items": {"dependentRequired": {"n": NAMES}}}, [{"n": 0}] * 10_000),
    "quoted": (times(900, {"type": "null"}), "x" * 900_000),
    "quoted lists": (times(900, {"maxItems": 1}), [[]] * 200_000),
    "not": (times(900, {"not": True}), [[]] * 200_000),
    "pattern": (times(15, {"pattern": r"(.?.?.?.?.?.?.?.?x?){100}y$"}), "x" * 900_000),
    "choice": ({"items": {"enum": NAMES}}, ["x"] * 100_000),
    "references": ({"items": times(100, {"$ref": "#/$defs/x"})}, [0] * 100_000),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_the_worst_takes_seconds(name: str) -> None:
    """Of the processor's time, on a machine that may be many times slower than usual."""
    part, answer = HOSTILE[name]
    schema = of(part, **{"$defs": {"x": {"type": "integer"}}})
    llm_output.check(schema)
    begin = time.thread_time()
    problem = llm_output.problem(schema, {"a": answer})
    assert time.thread_time() - begin < 10
    assert problem == TOO_LONG or name == "false"
    assert len(problem) < 700


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_done_is_counted(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    part, answer = HOSTILE[name]
    schema = of(part, **{"$defs": {"x": {"type": "integer"}}})
    monkeypatch.setattr(llm_checker, "MAX_STEPS", 20_000)
    short = answer[:1_000] if isinstance(answer, list) else answer
    assert _calls(lambda: llm_output.problem(schema, {"a": short})) < 20 * llm_checker.MAX_STEPS


def _calls(function: Callable[[], Any]) -> int:
    """How many functions it calls, Python's own included."""
    calls = 0

    def count(frame: Any, event: str, arg: Any) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        function()
    finally:
        sys.setprofile(None)
    return calls


def test_what_is_usual_is_not_too_long() -> None:
    fields = {f"field{n}": {"type": "string", "pattern": "^[a-z0-9-]{1,63}$"} for n in range(30)}
    item = {
        "type": "object",
        "properties": fields,
        "required": [*fields],
        "additionalProperties": False,
    }
    schema = of({"type": "array", "items": {"$ref": "#/$defs/item"}}, **{"$defs": {"item": item}})
    llm_output.check(schema)
    assert llm_output.problem(schema, {"a": [dict.fromkeys(fields, "some-thing")] * 1_000}) == ""


def test_a_long_answer() -> None:
    problem = llm_output.problem(of({}), {"a": "x" * 1_000_000})
    assert problem == "It has more than 1,000,000 characters."


@pytest.mark.parametrize("part", [{"multipleOf": 0.5}, {"type": "string"}])
def test_a_large_number(part: dict[str, Any]) -> None:
    assert llm_output.problem(of(part), {"a": 10**5_000}) == "It has a number that is too large."
    assert "1" in llm_output.problem(of({"multipleOf": 0.3}), {"a": 1})


@pytest.mark.parametrize(
    ("elements", "unique"),
    [
        ([1, True, "1", [1], [True], {"a": 1}, {"a": True}, None, 1.5], True),
        ([1, 1.0], False),
        ([[{"a": 1, "b": 2}], [{"b": 2, "a": 1.0}]], False),
        ([0, False, "", None], True),
        (["a", "a"], False),
    ],
)
def test_unique_elements(elements: list[Any], unique: bool) -> None:
    problem = llm_output.problem(of({"uniqueItems": True}), {"a": elements})
    assert (problem == "") is unique


CHAIN = {f"d{n}": {"not": {"$ref": f"#/$defs/d{n + 1}"}} for n in range(100)} | {"d100": {}}


@pytest.mark.parametrize(
    ("schema", "hint"),
    [
        (of({"unevaluatedProperties": True}), "cannot use unevaluatedProperties"),
        (of({"unevaluatedItems": {}}), "cannot use unevaluatedItems"),
        # Where another validator would take over, one with Python's expressions.
        (of({"$schema": "https://json-schema.org/draft/2020-12/schema"}), "only at its beginning"),
        # Properties of this name are no definitions.
        ({"type": "object", "properties": {"$defs": {"unevaluatedItems": True}}}, "cannot use"),
        # What a pointer reads as another name.
        (of({"$ref": "#/$defs/a~1b"}, **{"$defs": {"a~1b": {}, "a/b": {}}}), "a name defined"),
        (of({"$ref": "#/$defs/%61"}, **{"$defs": {"%61": {}, "a": {}}}), "a name defined"),
        (of({"$ref": "#/$defs/a/not"}, **{"$defs": {"a/not": {}, "a": {"not": {}}}}), "a name"),
        # Each one is found where it is not deep.
        (
            of(
                {"allOf": [{"$ref": f"#/$defs/d{n}"} for n in range(100, -1, -1)]},
                **{"$defs": CHAIN},
            ),
            "50 levels deep",
        ),
        (of({"required": [[n] for n in range(1_000)]}), "lists of names"),
        (of({"dependentRequired": {"a": ["b", 1]}}), "lists of names"),
        (of({"type": ["null", 1]}), "lists of names"),
    ],
)
def test_what_is_refused(schema: dict[str, Any], hint: str) -> None:
    with pytest.raises(ValueError, match=hint):
        llm_output.check(schema)


@pytest.mark.parametrize(
    "pattern",
    [
        r"\w{200}",
        r"(\w{20}){20}",
        r"((a{50}){50}){50}",
        r"([)(]\w{20}[\])]){20}",
        r"(\w{20}[(]){20}",
        r"(?x)(\w{20}) {20}",
        "a" * 201,
    ],
)
def test_patterns_that_take_memory(pattern: str) -> None:
    llm_patterns.matcher.cache_clear()
    with pytest.raises(ValueError, match=r"at most 200|cannot be used here"):
        llm_output.check(of({"pattern": pattern}))
    # Trying it would be what is to be prevented.
    assert llm_patterns.matcher.cache_info().misses == 0


@pytest.mark.parametrize(
    "pattern",
    [r"\w{50}", r"^[A-Fa-f0-9]{64}$", r"^[a-z]+(-[a-z]+){0,20}$", r"^\+?[\d ()/-]{5,30}$"],
)
def test_patterns_that_do_not(pattern: str) -> None:
    llm_output.check(of({"pattern": pattern}))


def test_many_patterns() -> None:
    llm_output.check(of({"anyOf": [{"pattern": f"a{n}"} for n in range(20)]}))
    for patterns in ([f"a{n}" for n in range(21)], [rf"\w{{{n}}}" for n in range(20, 25)]):
        if len(patterns) == 5:
            patterns += [rf"\d\w{{{n}}}" for n in range(20, 25)]
        with pytest.raises(ValueError, match="may have 20 patterns"):
            llm_output.check(of({"anyOf": [{"pattern": pattern} for pattern in patterns]}))
    assert llm_patterns.matcher.cache_info().maxsize == 20


@pytest.mark.parametrize(
    ("pattern", "parts"),
    [
        ("abc", 3),
        ("a{3}", 3),
        ("(ab){3}", 9),
        ("a{2}{3}", 6),
        ("(a{2}){3}", 9),
        (r"\w{2}", 20),
        (r"\({3}", 3),
        ("a{3,5}b{2,}", 7),
        (r"[\w-]{2}", 24),
    ],
)
def test_parts_of_a_pattern(pattern: str, parts: int) -> None:
    assert llm_patterns.parts(pattern, letters=10) == parts
