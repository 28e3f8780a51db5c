"""The page on security names tests that there are."""

import re

import pytest

from tests.acceptance.database import ROOT

PAGE = (ROOT / "docs/security.md").read_text()
NAMED = sorted(set(re.findall(r"`([a-z_/0-9]+\.py(?:::\w+)?)`", PAGE)))


def test_it_names_tests() -> None:
    assert len(NAMED) > 30


@pytest.mark.parametrize("name", NAMED)
def test_there_is_such_a_test(name: str) -> None:
    file, _, test = name.partition("::")
    assert f"def {test}(" in (ROOT / file).read_text() if test else (ROOT / file).exists()
