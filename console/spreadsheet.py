"""Rows as CSV for spreadsheets (pure)."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

# What makes a spreadsheet take a text for a formula.
# https://owasp.org/www-community/attacks/CSV_Injection
FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n")


def written(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """In UTF-8, with the mark at its beginning by which Excel knows that; dates in ISO 8601."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(header)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return file.getvalue().encode("utf-8-sig")


def _cell(value: Any) -> Any:
    """A text that would be a formula begins with an apostrophe."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, str) and value.startswith(FORMULAS):
        return f"'{value}"
    return value
