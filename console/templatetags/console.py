"""What templates of the console say in words: `{% load console %}`."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from agents.budgets import shown
from console import durations

register = template.Library()
# By the names that times.js has for them.
FORMATS = {
    "": "%Y-%m-%d %H:%M UTC",
    "second": "%Y-%m-%d %H:%M:%S UTC",
    "clock": "%H:%M:%S UTC",
    "hour": "%H:%M UTC",
}


@register.filter
def spoken(length: timedelta | None) -> str:
    """A length of time as people say it; nothing for None."""
    return "" if length is None else durations.spoken(length)


@register.filter
def amount(value: Decimal, unit: str) -> str:
    """Tokens, or dollars to the cent where there is one dollar at least."""
    digits = 2 if unit == "dollars" and value >= 1 else 6
    return shown(round(value, digits), unit)


@register.filter
def local(time: datetime | None, name: str = "") -> SafeString | str:
    """In UTC, for times.js to say it in the zone of whoever looks at it; nothing for None."""
    if time is None:
        return ""
    utc = time.astimezone(UTC)
    markup = '<time datetime="{}" data-local="{}">{}</time>'
    return format_html(markup, utc.isoformat(), name, utc.strftime(FORMATS[name]))
