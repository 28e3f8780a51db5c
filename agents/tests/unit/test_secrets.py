"""Agents' secrets are sealed, and opened by whoever has the deployment's key."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st

from agents import secrets

NAMES = st.from_regex(r"[a-z][a-z0-9_]{0,49}", fullmatch=True).filter(
    lambda name: name not in secrets.WEBHOOK
)
VALUES = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=4, max_size=400)
VALUES = VALUES.filter(lambda value: len(value.strip()) >= 4)


@hypothesis(max_examples=30)
@given(st.dictionaries(NAMES, VALUES, max_size=20))
def test_what_is_sealed_can_be_opened(values: dict[str, str]) -> None:
    sealed = secrets.merged("", values)
    assert secrets.opened(sealed) == values
    assert secrets.names(sealed) == sorted(values)
    assert not any(len(value) > 8 and value in sealed for value in values.values())


def test_changes_are_merged() -> None:
    sealed = secrets.merged("", {"a": "one1", "b": "two2", "c": "three"})
    sealed = secrets.merged(sealed, {"a": None, "b": "newer", "d": "four", "never": None})
    assert secrets.opened(sealed) == {"b": "newer", "c": "three", "d": "four"}
    assert secrets.merged(sealed, {}) == sealed
    assert secrets.merged(sealed, dict.fromkeys("bcd")) == ""
    assert (secrets.names(""), secrets.opened("")) == ([], {})


def test_no_two_seals_are_alike() -> None:
    assert secrets.merged("", {"a": "same"}) != secrets.merged("", {"a": "same"})


def test_a_new_secret_key(settings: Any) -> None:
    settings.SECRET_KEY = "the first"
    sealed = secrets.merged("", {"a": "planted"})
    settings.SECRET_KEY = "the second"
    with pytest.raises(ValueError, match="another SECRET_KEY: give them anew") as caught:
        secrets.opened(sealed)
    assert "planted" not in repr(caught.value)
    settings.SECRET_KEY_FALLBACKS = ["the first"]
    assert secrets.opened(sealed) == {"a": "planted"}
    resealed = secrets.merged(sealed, {"b": "newer"})
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(ValueError, match="another SECRET_KEY"):
        secrets.opened(resealed)
    # What cannot be opened can be named, replaced and removed.
    assert secrets.names(resealed) == ["a", "b"]
    assert secrets.opened(secrets.merged(resealed, {"a": None})) == {"b": "newer"}


@pytest.mark.parametrize("token", ["", "planted", "gAAAAA"])
def test_what_was_tampered_with(token: str) -> None:
    with pytest.raises(ValueError, match="give them anew"):
        secrets.opened(json.dumps({"a": token}))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"": "planted"}, "Name a secret in small letters"),
        ({"A": "planted"}, "Name a secret in small letters"),
        ({"1a": "planted"}, "Name a secret in small letters"),
        ({"a-b": "planted"}, "Name a secret in small letters"),
        ({"a\n": "planted"}, "Name a secret in small letters"),
        ({"a" * 51: "planted"}, "Name a secret in small letters"),
        ({"a": ""}, 'Give "a" a text'),
        ({"a": 5}, 'Give "a" a text'),
        ({"a": "pin"}, '"a" has to have at least 4 characters'),
        ({"a": " pin\n"}, '"a" has to have at least 4 characters'),
        ({"a": ["planted"]}, 'Give "a" a text'),
        ({"a": "planted" * 572}, '"a": It has 4004 characters'),
        ({"a": "planted\x00"}, '"a": It contains a NUL'),
        ({"a": "planted\ud800"}, '"a": It contains half of a surrogate'),
        ({"webhook": "planted"}, "whsec_ followed by"),
        ({"webhook_old": "planted"}, "whsec_ followed by"),
        ({f"a{n}": "planted" for n in range(21)}, "at most 20 secrets"),
    ],
)
def test_what_cannot_be_sealed(changes: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValueError, match=r"\.$") as caught:
        secrets.merged("", changes)
    assert sentence in str(caught.value)
    assert "planted" not in str(caught.value)


def test_twenty_with_those_that_are_there() -> None:
    sealed = secrets.merged("", {f"a{n}": "some" for n in range(20)})
    with pytest.raises(ValueError, match="at most 20"):
        secrets.merged(sealed, {"b": "some"})
    assert (
        len(secrets.names(secrets.merged(sealed, {"b": "some", "a0": None, "a1": "other"}))) == 20
    )
