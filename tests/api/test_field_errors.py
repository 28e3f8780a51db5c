"""Nested errors become one flat list, whatever they hold."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from scheduler_project.api.field_errors import LONGEST_LIST, field_errors
from scheduler_project.text import printable, problem_with

any_text = st.text(st.characters(), max_size=30)
details = st.recursive(
    any_text,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(any_text, inner, max_size=4),
    max_leaves=20,
)


@given(details)
def test_every_leaf_is_one_error_that_can_be_sent(detail: Any) -> None:
    errors = field_errors(detail)
    assert len(errors) == len(_leaves(detail))
    json.dumps(errors, ensure_ascii=False).encode()


def _leaves(detail: Any) -> list[Any]:
    if isinstance(detail, dict):
        return [leaf for inner in detail.values() for leaf in _leaves(inner)]
    if isinstance(detail, list):
        return [leaf for inner in detail for leaf in _leaves(inner)]
    return [detail]


def test_the_list_is_bounded() -> None:
    assert len(field_errors({str(n): "x" for n in range(10_000)})) == LONGEST_LIST


@given(st.text(st.characters(), max_size=100), st.integers(1, 100))
def test_text_without_a_problem_can_be_stored_and_any_text_can_be_shown(
    text: str, longest: int
) -> None:
    if problem_with(text, longest) is None:
        assert "\x00" not in text
        assert len(text) <= longest
        text.encode()
    shown = printable(text, longest)
    assert len(shown) <= longest
    assert "\x00" not in shown
    shown.encode()


def test_problems_of_texts_are_told_apart() -> None:
    assert "NUL" in (problem_with("a\x00", 10) or "")
    assert "surrogate" in (problem_with("\udfff", 10) or "")
    assert problem_with("abc", 2) == "It has 3 characters; at most 2 are allowed."
