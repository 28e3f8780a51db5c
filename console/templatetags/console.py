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
def dollars(amount: Decimal) -> str:
    """As budgets say it, to the cent where there is a dollar."""
    return shown(round(amount, 2 if amount >= 1 else 6), "dollars")
