"""Ids: those that sort by time (UUID version 7, RFC 9562 section 5.7), and ids in texts."""

import os
from datetime import UTC, datetime
from functools import lru_cache
from uuid import UUID

# Digits of a number that every index of ids takes; int() itself refuses very long ones.
LONGEST_NUMBER = 18


def uuid7(at: datetime | None = None, later: int = 0) -> UUID:
    """An id that sorts by `at` (now, by this machine's clock, if not given), to the microsecond.

    `later` many microseconds are added to it.

    The twelve bits behind the milliseconds hold their fraction (method 3 of section 6.2);
    libraries that take a time fill them at random, which shuffles what is close together.
    """
    milliseconds, rest = divmod(_microseconds(at or datetime.now(UTC)) + later, 1000)
    fraction = rest * 4096 // 1000
    random = int.from_bytes(os.urandom(8)) >> 2
    value = milliseconds << 80 | 7 << 76 | fraction << 64 | 2 << 62 | random
    return UUID(int=value)


def first_uuid7(at: datetime) -> UUID:
    """The least id of that time's millisecond; earlier than 1970 counts as 1970."""
    return UUID(int=max(_microseconds(at) // 1000, 0) << 80)


def number(text: str) -> int | None:
    """The id that a text is, where ids are numbers; None where it is none."""
    whole = text.isascii() and text.isdecimal() and len(text) <= LONGEST_NUMBER
    return int(text) if whole else None


def uuid(text: str) -> UUID | None:
    """The same where ids are UUIDs."""
    try:
        return UUID(text)
    except ValueError:
        return None


@lru_cache(maxsize=8)
def _microseconds(at: datetime) -> int:
    """Since 1970; a batch of ids asks it for one time again and again."""
    return int(at.timestamp() * 1_000_000)
