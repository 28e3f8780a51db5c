"""The table of a zone's offsets against the tz database's own files, for every zone."""

import struct
import zoneinfo
from datetime import UTC, datetime
from importlib.resources import files
from itertools import pairwise
from pathlib import Path

from schedules.tests.unit.recurrence_oracle import ZONES
from schedules.zone_offsets import stretches_between

BEGIN = int(datetime(1970, 1, 1, tzinfo=UTC).timestamp())
END = int(datetime(2037, 1, 1, tzinfo=UTC).timestamp())
HEADER, HEADER_SIZE, CHANGE_SIZE, TYPE_SIZE = ">6l", 44, 8, 6


def compiled_zone(zone: str) -> bytes:
    for folder in zoneinfo.TZPATH:
        if (path := Path(folder) / zone).is_file():
            return path.read_bytes()
    return files("tzdata.zoneinfo").joinpath(zone).read_bytes()


def changes_in_file(data: bytes) -> list[tuple[int, int]]:
    """(instant, new offset), from the 64-bit part of a TZif file: RFC 9636."""
    utc, standard, leaps, changes, types, letters = struct.unpack(HEADER, data[20:HEADER_SIZE])
    data = data[
        HEADER_SIZE + changes * 5 + types * TYPE_SIZE + letters + leaps * 8 + standard + utc :
    ]
    *_, changes, types, _ = struct.unpack(HEADER, data[20:HEADER_SIZE])
    instants = struct.unpack_from(f">{changes}q", data, HEADER_SIZE)
    indexes = data[HEADER_SIZE + changes * CHANGE_SIZE :][:changes]
    types_at = HEADER_SIZE + changes * (CHANGE_SIZE + 1)
    offsets = [struct.unpack_from(">l", data, types_at + TYPE_SIZE * i)[0] for i in range(types)]
    found, offset = [], offsets[0]
    for instant, index in zip(instants, indexes, strict=True):
        if offsets[index] != offset:
            offset = offsets[index]
            found.append((instant, offset))
    return found


def changes_in_table(zone: str) -> list[tuple[int, int]]:
    stretches = pairwise(stretches_between(zone, BEGIN, END))
    return [(after.start, after.offset) for before, after in stretches if before.end == after.start]


def test_every_change_since_1970_is_in_the_table() -> None:
    for zone in ZONES:
        listed = changes_in_file(compiled_zone(zone))
        # Behind the last one that it lists a file gives a rule, which zoneinfo reads for both.
        end = min(END, max([BEGIN, *(instant for instant, _ in listed)]))
        expected = [row for row in listed if BEGIN < row[0] <= end]
        found = [row for row in changes_in_table(zone) if BEGIN < row[0] <= end]
        assert found == expected, zone
