"""What model calls cost, in US dollars."""

from decimal import Decimal

from django.conf import settings


def known(model: str) -> bool:
    """Whether calls of this model string ("" and `local` included) have a known price."""
    return estimate(model, 1, 1) is not None


def estimate(model: str, input_tokens: int, output_tokens: int) -> Decimal | None:
    """What one call with so many tokens costs at most; None if that is not known.

    A local model on this machine costs nothing; others what genai-prices lists.
    """
    # Half a second and 30 MB, which beat need not pay for.
    from genai_prices import Usage, calc_price

    from agents.runners import llm_clients, llm_models

    provider, _, name = llm_models.resolve(model).partition(":")
    if provider == llm_models.LOCAL:
        return Decimal(0) if llm_clients._is_loopback(settings.MODEL_BASE_URL) else None
    usage = Usage(input_tokens=input_tokens, output_tokens=output_tokens)
    try:
        return calc_price(usage, name, provider_id=provider).total_price
    except (LookupError, ValueError):
        return None
