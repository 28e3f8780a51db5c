"""What runs say that they have spent, as the database can keep it."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.orders import MOST_CALLS, MOST_DOLLARS, MOST_TOKENS, Usage

anything = st.one_of(
    *(st.integers(), st.floats(), st.decimals(), st.none(), st.text(), st.just(10**400))
)


def test_what_is_possible_stays_as_it_is() -> None:
    usage = Usage(5, 7, 3, 2, 1, 4, Decimal("0.25"), 9, Decimal("0.5"), "openai:gpt-5")
    assert usage.storable() == usage
    assert Usage(cost=None).storable().cost is None


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ({"input_tokens": 10**20}, {"input_tokens": MOST_TOKENS}),
        ({"output_tokens": -1}, {"output_tokens": 0}),
        ({"llm_calls": 10**10}, {"llm_calls": MOST_CALLS}),
        ({"cost": Decimal("NaN")}, {"cost": None}),
        ({"cost": Decimal(-1)}, {"cost": Decimal(0)}),
        ({"cost": 0.5}, {"cost": Decimal("0.5")}),
        ({"cost": Decimal(10) ** 30}, {"cost": MOST_DOLLARS}),
        ({"estimated_cost": Decimal("Infinity")}, {"estimated_cost": Decimal(0)}),
        ({"model": "a\x00b" + "m" * 300}, {"model": "ab" + "m" * 198}),
    ],
)
def test_nonsense_does_not(said: dict[str, Any], kept: dict[str, Any]) -> None:
    assert Usage(**said).storable() == Usage(**kept)


@given(anything, anything, anything, anything)
def test_whatever_it_is(tokens: Any, calls: Any, cost: Any, model: Any) -> None:
    kept = Usage(estimated_tokens=tokens, tool_calls=calls, cost=cost, model=model).storable()
    assert 0 <= kept.estimated_tokens <= MOST_TOKENS
    assert 0 <= kept.tool_calls <= MOST_CALLS
    assert kept.cost is None or 0 <= kept.cost <= MOST_DOLLARS
    kept.model.encode()
