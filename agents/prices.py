"""What model calls cost, in US dollars.

The deployment's MODEL_PRICES come first. Then: a local model on this machine costs nothing,
and whatever genai-prices lists costs what is listed there.
"""

from decimal import Decimal
from typing import TYPE_CHECKING

from django.conf import settings

from agents.model_names import LOCAL, is_local, is_loopback, resolve

if TYPE_CHECKING:
    from pydantic_ai import RequestUsage

MILLION = 1_000_000
# Cautious: of ordinary texts a token is four, of Chinese ones a character, which has three.
BYTES_PER_TOKEN = 3
FREE = {"input": Decimal(0), "output": Decimal(0)}


def known(model: str) -> bool:
    """Whether calls of this model string ("" and `local` included) have a known price."""
    return estimate(model, 1, 1) is not None


def tokens_of(size: int) -> int:
    """How many tokens a text of so many bytes (UTF-8) has at most, in all likelihood."""
    return -(-size // BYTES_PER_TOKEN)


def longest_answer(model: str, left: Decimal, asked: int) -> int | None:
    """How many tokens an answer may have that `left` US dollars pay for, the prompt included.

    The prompt has `asked` tokens, the model a known price; 0 or less is no answer at all, None
    is any: it costs nothing.
    """
    prompt, answer = estimate(model, asked, 0), estimate(model, 0, MILLION)
    assert prompt is not None
    assert answer is not None
    return int((left - prompt) * MILLION / answer) if answer else None


def estimate(model: str, input_tokens: int, output_tokens: int) -> Decimal | None:
    """What one call with so many tokens costs at most; None if that is not known.

    At most: no input token is taken to come from the provider's cache, where it is cheaper.
    """
    model = resolve(model)
    if price := _price(model):
        return _cost(price, input_tokens, 0, output_tokens)
    # Half a second and 30 MB, which beat need not pay for.
    from genai_prices import Usage

    return _listed(model, Usage(input_tokens=input_tokens, output_tokens=output_tokens))


def cost(model: str, usage: "RequestUsage") -> Decimal | None:
    """What one call has cost; None if that is not known.

    A gateway may have reported it. A provider that leaves out the usage of a call leaves out
    its cost.
    """
    model = resolve(model)
    price = _price(model)
    if price == FREE:
        return Decimal(0)
    if usage.unmeasured_requests:
        return None
    if price:
        cached = min(usage.cache_read_tokens, usage.input_tokens)
        return _cost(price, usage.input_tokens, cached, usage.output_tokens)
    return _listed(model, usage) if usage.cost is None else usage.cost


def _price(model: str) -> dict[str, Decimal] | None:
    """The deployment's own price of a resolved model string, per million tokens."""
    own: dict[str, dict[str, Decimal]] = settings.MODEL_PRICES
    if model in own:
        return own[model]
    if is_local(model):
        return own.get(LOCAL) or (FREE if is_loopback(settings.MODEL_BASE_URL) else None)
    return None


def _cost(price: dict[str, Decimal], given: int, cached: int, output: int) -> Decimal:
    fresh = given - cached
    of_cached = price.get("cached", price["input"])
    return (price["input"] * fresh + of_cached * cached + price["output"] * output) / MILLION


def _listed(model: str, usage: object) -> Decimal | None:
    from genai_prices import calc_price

    provider, _, name = model.removeprefix("gateway/").partition(":")
    try:
        return calc_price(usage, name, provider_id=provider).total_price
    except (LookupError, ValueError):
        return None
