"""Rows as CSV for spreadsheets (pure)."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

# What makes a spreadsheet take a text for a formula.
# https://owasp.org/www-community/attacks/CSV_Injection
FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n")


def written(header: Sequence[str], pages: Iterable[Iterable[Sequence[Any]]]) -> Iterator[bytes]:
    """Page by page, each when it is asked for; dates in ISO 8601.

    In UTF-8, with the mark at its beginning by which Excel knows that.
    """
    yield _lines([header]).encode("utf-8-sig")
    for rows in pages:
        yield _lines([_cell(value) for value in row] for row in rows).encode()


def _lines(rows: Iterable[Sequence[Any]]) -> str:
    file = io.StringIO()
    csv.writer(file).writerows(rows)
    return file.getvalue()


def _cell(value: Any) -> Any:
    """A text that would be a formula begins with an apostrophe."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, str) and value.startswith(FORMULAS):
        return f"'{value}"
    return value
