"""Ids that sort by time: UUID version 7, RFC 9562 section 5.7."""

import os
from datetime import UTC, datetime
from uuid import UUID


def uuid7(at: datetime | None = None) -> UUID:
    """An id that sorts by `at` (now, by this machine's clock, if not given), to the microsecond.

    The twelve bits behind the milliseconds hold their fraction (method 3 of section 6.2);
    libraries that take a time fill them at random, which shuffles what is close together.
    """
    microseconds = int((at or datetime.now(UTC)).timestamp() * 1_000_000)
    milliseconds, rest = divmod(microseconds, 1000)
    fraction = rest * 4096 // 1000
    random = int.from_bytes(os.urandom(8)) >> 2
    value = milliseconds << 80 | 7 << 76 | fraction << 64 | 2 << 62 | random
    return UUID(int=value)
