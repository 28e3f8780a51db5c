"""Optimistic concurrency: an edit may say which version it was made for (RFC 9110, section 13.1.1).

A version is the time of the last edit, or of a pause: what else runs change of a schedule is not
part of it.
"""

import re
from datetime import datetime
from typing import Any

Versions = frozenset[str] | None
"""The tags that an edit was made for; None: whatever there is."""

TAG = re.compile(r'"[\x21\x23-\x7e]*"')


class Stale(Exception):  # noqa: N818
    """Somebody else's edit came first (HTTP 412)."""

    def __str__(self) -> str:
        return "It has been changed since you read it: read it again, and make your change to that."


def tag(edited_at: datetime) -> str:
    """The entity tag of that version."""
    return f'"{edited_at.timestamp() * 1_000_000:.0f}"'


def parse(if_match: str | None) -> Versions:
    """The tags in an If-Match header; ValueError with a sentence if it is none."""
    if if_match is None or if_match.strip() == "*":
        return None
    tags = [part.strip() for part in if_match.split(",")]
    # A weak tag never matches, by the RFC, but is no error.
    if not all(TAG.fullmatch(each.removeprefix("W/")) for each in tags):
        raise ValueError('Give what ETag said, with its quotes, such as "1795668512955387".')
    return frozenset(tags)


def check(row: Any, versions: Versions) -> None:
    """Stale unless this row, which the caller has locked, is of one of these versions."""
    if versions is not None and tag(row.updated_at) not in versions:
        raise Stale
