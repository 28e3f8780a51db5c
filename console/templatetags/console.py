"""What templates of the console say in words: `{% load console %}`."""

from datetime import timedelta
from decimal import Decimal

from django import template

from agents.budgets import shown
from console import durations

register = template.Library()


@register.filter
def spoken(length: timedelta | None) -> str:
    """A length of time as people say it; nothing for None."""
    return "" if length is None else durations.spoken(length)


@register.filter
def amount(value: Decimal, unit: str) -> str:
    """Tokens, or dollars to the cent where there is one dollar at least."""
    digits = 2 if unit == "dollars" and value >= 1 else 6
    return shown(round(value, digits), unit)
