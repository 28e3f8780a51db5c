"""What calls cost: the deployment's prices, then the list, then nothing is known."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic_ai import RequestUsage

from agents import prices

OWN = {"input": Decimal(2), "output": Decimal(8), "cached": Decimal("0.5")}


@pytest.fixture(autouse=True)
def deployment(settings: Any) -> None:
    settings.AGENT_MODEL, settings.MODEL_NAME = "local", "small"
    settings.MODEL_BASE_URL = "http://127.0.0.1:9/v1"
    settings.MODEL_PRICES = {"openai:gpt-5": OWN}


def usage(**values: Any) -> RequestUsage:
    return RequestUsage(**({"input_tokens": 1_000_000, "output_tokens": 500_000} | values))


def test_own_prices_come_first() -> None:
    assert prices.estimate("openai:gpt-5", 1_000_000, 500_000) == 6
    assert prices.cost("openai:gpt-5", usage(cost=Decimal(99))) == 6
    assert prices.cost("openai:gpt-5", usage(cache_read_tokens=400_000)) == Decimal("5.4")


def test_cached_tokens_cost_as_much_as_others_unless_it_is_said(settings: Any) -> None:
    settings.MODEL_PRICES = {"openai:gpt-5": {"input": Decimal(2), "output": Decimal(8)}}
    assert prices.cost("openai:gpt-5", usage(cache_read_tokens=400_000)) == 6


def test_no_more_comes_from_the_cache_than_was_asked() -> None:
    said = usage(cache_read_tokens=3_000_000, output_tokens=0)
    assert prices.cost("openai:gpt-5", said) == Decimal("0.5")


@pytest.mark.parametrize(
    "model",
    [
        *("openai:gpt-4o", "openai-responses:gpt-4o", "gateway/openai:gpt-4o"),
        *("anthropic:claude-sonnet-4-5", "google:gemini-2.5-pro", "google-vertex:gemini-2.5-pro"),
    ],
)
def test_the_list_knows(model: str) -> None:
    assert prices.known(model)
    assert (prices.estimate(model, 1_000_000, 1_000_000) or 0) > Decimal("0.1")


def test_of_listed_models_a_reported_cost_counts() -> None:
    assert prices.cost("openai:gpt-4o", usage(cost=Decimal("0.25"))) == Decimal("0.25")
    listed = prices.cost("openai:gpt-4o", usage())
    assert listed == prices.estimate("openai:gpt-4o", 1_000_000, 500_000)
    cached = prices.cost("openai:gpt-4o", usage(cache_read_tokens=900_000))
    assert (cached or 0) < (listed or 0)


@pytest.mark.parametrize("model", ["openai:no-such-model", "nobody:gpt-5", "gpt-5", "openai:"])
def test_not_known(model: str) -> None:
    assert not prices.known(model)
    assert prices.estimate(model, 1, 1) is None
    assert prices.cost(model, usage()) is None


@pytest.mark.parametrize("model", ["", "local", "local:small"])
def test_a_model_on_this_machine_is_free(model: str) -> None:
    assert prices.estimate(model, 1000, 1000) == 0
    assert prices.cost(model, usage(unmeasured_requests=1)) == 0


def test_a_local_model_elsewhere_costs_what_is_said(settings: Any) -> None:
    settings.MODEL_BASE_URL = "https://models.example/v1"
    assert not prices.known("local")
    settings.MODEL_PRICES = {"local": OWN}
    assert prices.estimate("", 1_000_000, 0) == 2
    settings.MODEL_PRICES = {"local": OWN, "local:small": {**OWN, "input": Decimal(3)}}
    assert prices.estimate("local", 1_000_000, 0) == 3


def test_a_call_without_usage_has_no_known_cost() -> None:
    assert prices.cost("openai:gpt-5", usage(unmeasured_requests=1)) is None


counts = st.integers(0, 10_000_000)


@given(counts, counts, st.integers(0, 100))
def test_no_call_costs_more_than_its_estimate(sent: int, answered: int, percent: int) -> None:
    spent = usage(
        input_tokens=sent, output_tokens=answered, cache_read_tokens=sent * percent // 100
    )
    bound = prices.estimate("openai:gpt-5", sent, answered)
    exact = prices.cost("openai:gpt-5", spent)
    assert bound is not None
    assert exact is not None
    assert 0 <= exact <= bound
