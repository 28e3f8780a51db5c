"""Pure: how long a provider asks to wait, as its answer's headers say it."""

import math
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


def asked(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds to wait, 0 or more; None if the answer does not say, or not so that it can be read.

    `retry-after-ms` (OpenAI, Anthropic, Azure) is milliseconds. `Retry-After` is seconds or a date
    (RFC 9110, 10.2.3); providers send fractions, too. A date is by the provider's clock: it
    is compared with the answer's own `Date`, and with `now` only where there is none. Names of
    headers are in lower case.
    """
    milliseconds = _number(headers.get("retry-after-ms", ""))
    if milliseconds is not None:
        return milliseconds / 1000
    given = headers.get("retry-after", "")
    seconds = _number(given)
    return _until(given, headers.get("date", ""), now) if seconds is None else seconds


def _number(text: str) -> float | None:
    """A plain decimal number; `float` alone would take "nan", "1e9" and "1_0"."""
    text = text.strip()
    if not (text.isascii() and text.replace(".", "", 1).isdigit()):
        return None
    number = float(text)
    return number if math.isfinite(number) else None


def _until(given: str, sent: str, now: datetime) -> float | None:
    date = _date(given)
    return None if date is None else max(0.0, (date - (_date(sent) or now)).total_seconds())


def _date(text: str) -> datetime | None:
    """An HTTP date in any of its three forms (RFC 9110, 5.6.7); the one without a zone is UTC."""
    with suppress(ValueError, TypeError, OverflowError):
        date = parsedate_to_datetime(text)
        return date if date.tzinfo else date.replace(tzinfo=UTC)
    return None
