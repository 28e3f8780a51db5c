"""The names by which a hook says what it wants."""

import pytest

from feed.events import EVENTS
from hooks import wants


def test_there_is_a_name_for_each_event_each_kind_and_all() -> None:
    assert set(wants.NAMES) == {"*", "execution.*", "schedule.*", "notification.*", *EVENTS}
    assert wants.PING not in wants.NAMES


@pytest.mark.parametrize("names", [[], ["execution"], ["*.failed"], ["execution.failed", "ping"]])
def test_no_other_can_be_wanted(names: list[str]) -> None:
    assert "execution.failed" in (wants.problem_with(names) or "")


def test_each_is_named_once() -> None:
    assert wants.problem_with(["schedule.*", "*", "*"]) is None
    assert wants.tidy(["schedule.*", "*", "*"]) == ["*", "schedule.*"]
