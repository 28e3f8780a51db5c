"""Whatever a run notes can be stored, is bounded, and holds no secret."""

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.storable import storable

SECRET = "planted-secret-1"
ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters())
    | st.binary()
    | st.decimals(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters()), inner),
)


def copied(value: Any, limit: int = 10_000) -> Any:
    return storable(value, limit=limit, known=[SECRET])


@given(ANYTHING)
def test_anything_becomes_json_that_postgresql_can_keep(value: Any) -> None:
    text = json.dumps(copied(value), ensure_ascii=False, allow_nan=False)
    text.encode()
    assert "\\u0000" not in text
    assert json.loads(text) == copied(value)


@given(
    st.recursive(
        st.none() | st.booleans() | st.text("abc é€"),
        lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text("abc"), inner),
    )
)
def test_what_is_storable_stays_as_it_is(value: Any) -> None:
    assert copied(value, limit=1_000_000) == value


@given(ANYTHING, st.integers(0, 500))
def test_it_is_bounded(value: Any, limit: int) -> None:
    text = json.dumps(copied([value, value, value], limit), ensure_ascii=False)
    # Behind the limit may follow a note for each level of nesting, and escaped characters.
    assert len(text.encode()) < 8 * limit + 3_000


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (math.nan, "nan"),
        (-math.inf, "-inf"),
        (2**63 - 1, 2**63 - 1),
        (2**64, "0x10000000000000000"),
        ("a\x00b\ud800", "ab?"),
        ({1: (2, {3})}, {"1": [2, [3]]}),
        ({"api_key": "plain", "key": "color"}, {"api_key": "[hidden]", "key": "color"}),
        ({"max_tokens": 5, "Authorization": "x"}, {"max_tokens": 5, "Authorization": "[hidden]"}),
        ({SECRET: [f"<{SECRET}>"]}, {"[hidden]": ["<[hidden]>"]}),
    ],
)
def test_values(value: Any, shown: Any) -> None:
    assert copied(value) == shown


def test_what_cannot_be_shown() -> None:
    class Odd:
        def __str__(self) -> str:
            raise RuntimeError

    assert copied(Odd()) == "[A Odd that cannot be shown: RuntimeError.]"


def test_a_number_of_a_million_digits() -> None:
    assert "[Cut here: it had" in copied(10**1_000_000)


def test_nesting_without_end() -> None:
    endless: list[Any] = []
    endless.append(endless)
    assert "nested too deeply" in json.dumps(copied(endless))


def test_cuts_say_so() -> None:
    assert copied("x " * 50, limit=28) == "x " * 9 + "[Cut here: it had 100 characters.]"
    assert copied("x" * 5000, limit=2008) == "x" * 2000 + "[Cut here: it had 5,000 characters.]"
    assert copied(["x"] * 50, limit=40)[-1] == "[Cut here: it had 50 elements.]"
    assert copied({str(n): n for n in range(50)}, limit=40)["..."] == (
        "[Cut here: it had 50 entries.]"
    )


@given(st.integers(0, 60), st.integers(8, 80))
def test_a_cut_through_a_secret_shows_none_of_it(place: int, limit: int) -> None:
    shown = copied("x" * place + " " + SECRET + " " + "y" * 60, limit)
    assert "plan" not in shown


@given(st.integers(8, 60))
def test_letters_are_not_cut(limit: int) -> None:
    shown = copied("€" * 50, limit).partition("[")[0]
    assert set(shown) <= {"€"}


def test_a_secret_of_digits() -> None:
    value = [1234567, -1234567, 91234567.5, 1234, True]
    shown = storable(value, limit=1_000, known=["1234567"])
    assert shown == ["[hidden]", "[hidden]", "[hidden]", 1234, True]
