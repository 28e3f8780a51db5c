"""Answers are what DRF would write, whoever writes them."""

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.utils.translation import gettext_lazy
from hypothesis import given
from hypothesis import strategies as st
from rest_framework.renderers import JSONRenderer

from scheduler_project.api.json import Renderer

INDENTED = "application/json; indent=2"
texts = st.text('aä€😀\u2028"\\\n\x1f/')
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | texts,
    lambda inner: st.lists(inner) | st.dictionaries(texts, inner),
    max_leaves=20,
)


def by_both(value: Any, media_type: str | None = None) -> list[Any]:
    return [json.loads(each().render(value, media_type)) for each in (Renderer, JSONRenderer)]


@given(values)
def test_plain_values(value: Any) -> None:
    ours, theirs = by_both([value])
    assert ours == theirs


@pytest.mark.parametrize(
    "value",
    [
        datetime(2026, 1, 31, 7, 30, tzinfo=UTC),
        datetime(2026, 1, 31, 7, 30, 0, 120, tzinfo=UTC),
        date(2026, 1, 31),
        timedelta(minutes=5),
        UUID("01a2183a-04b2-7fba-98cd-a39f1c5b41e1"),
        Decimal("0.000100"),
        gettext_lazy("Not found."),
        2**64,
        -(2**63) - 1,
        {1: "one", None: "none"},
        b"bytes",
        {"of": {"a"}},
    ],
)
def test_other_values(value: Any) -> None:
    ours, theirs = by_both({"value": value})
    assert ours == theirs


def test_indents_and_nothing() -> None:
    assert Renderer().render({"a": [1]}, INDENTED) == JSONRenderer().render({"a": [1]}, INDENTED)
    assert Renderer().render(None) == b""


def test_compact() -> None:
    assert Renderer().render({"a": [1, "ä"]}) == '{"a":[1,"ä"]}'.encode()
