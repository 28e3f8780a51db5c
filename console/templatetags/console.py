"""What templates of the console say in words: `{% load console %}`."""

from datetime import timedelta

from django import template

from console import durations

register = template.Library()


@register.filter
def spoken(length: timedelta | None) -> str:
    """A length of time as people say it; nothing for None."""
    return "" if length is None else durations.spoken(length)
