"""Changes as people read them."""

import pytest

from journal.words import Change, told


@pytest.mark.parametrize(
    ("name", "values", "change"),
    [
        ("enabled", [True, False], Change("enabled", "yes", "no")),
        ("agent_id", [None, "helper"], Change("agent", "nothing", "helper")),
        ("max_runs", [1, 20], Change("max runs", "1", "20")),
        ("events", [["a", "b"], ["*"]], Change("events", "a, b", "*")),
        ("options", [{"a": 1}, None], Change("options", '{"a": 1}', "nothing")),
        ("end_at", [None, "2030-01-31T12:00:00+00:00"],
         Change("end at", "nothing", "2030-01-31 12:00:00 UTC")),
    ],
)  # fmt: skip
def test_values(name: str, values: list[object], change: Change) -> None:
    assert told({name: values}) == [change]


def test_long_values_are_cut_where_that_is_asked_for() -> None:
    changes = {"command": [None, "x" * 200]}
    assert told(changes, 50)[0].new == "x" * 49 + "…"
    assert told(changes)[0].new == "x" * 200
