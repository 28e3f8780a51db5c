"""A zone's stretches of constant UTC offset, to look up an instant or a wall-clock time in.

Instants and wall-clock times are whole seconds since 1970-01-01 00:00, in UTC or on the zone's
wall. The offsets are those of `zoneinfo`, probed, as it does not tell when the next change is.
"""

from bisect import bisect_right
from collections.abc import Iterator
from datetime import date, datetime
from difflib import get_close_matches
from functools import lru_cache
from operator import add
from typing import NamedTuple
from zoneinfo import ZoneInfo, available_timezones

_DAY = 24 * 60 * 60
_FIRST_PROBE = (date(1, 1, 3) - date(1970, 1, 1)).days * _DAY
_LAST_PROBE = (date(9999, 12, 27) - date(1970, 1, 1)).days * _DAY
_LONG_AGO = 2 * _FIRST_PROBE
_ERA = 2**28
_MARGIN, _PROBE_STEP = 4 * _DAY, 3 * _DAY


class Stretch(NamedTuple):
    """From `start` to before `end` (instants) the wall clock is `offset` seconds ahead of UTC.

    `reached`: before this stretch the wall clock had shown nothing at or past this time. A spring
    gap begins the stretch later on the wall than that, an autumn overlap earlier.
    """

    start: int
    end: int
    offset: int
    reached: int


class _Era(NamedTuple):
    """The stretches of some 8 years and a margin, and the keys by which they are found."""

    stretches: list[Stretch]
    starts: list[int]
    reached: list[int]


def check_zone(timezone: str) -> None:
    """ValueError, with the nearest name: the zone is not in the tz database."""
    if timezone not in known_zones():
        close = get_close_matches(timezone[:40], known_zones(), n=1)
        hint = f'did you mean "{close[0]}"?' if close else 'use a name such as "Europe/Berlin".'
        raise ValueError(f'"{timezone[:40]}" is not a time zone of the tz database: {hint}')


def stretch_at(timezone: str, instant: int) -> Stretch:
    """The stretch that holds an instant. It may be cut where an era ends, never between changes."""
    era = _era(timezone, instant // _ERA)
    return era.stretches[bisect_right(era.starts, instant) - 1]


def stretch_reaching(timezone: str, wall: int) -> Stretch:
    """The first stretch whose wall clock shows `wall` or, after a gap, the first time past it."""
    era = _era(timezone, wall // _ERA)
    return era.stretches[bisect_right(era.reached, wall) - 1]


def stretches_between(timezone: str, begin: int, end: int) -> Iterator[Stretch]:
    end = min(end, _LAST_PROBE)
    while begin < end:
        stretch = stretch_at(timezone, begin)
        yield stretch
        begin = stretch.end


@lru_cache(maxsize=1)
def known_zones() -> frozenset[str]:
    """Without "localtime", which is another zone on every machine."""
    return frozenset(available_timezones() - {"localtime"})


@lru_cache(maxsize=4096)
def _era(timezone: str, number: int) -> _Era:
    begin, end = number * _ERA - _MARGIN, (number + 1) * _ERA + _MARGIN
    starts, offsets = _changes(ZoneInfo(timezone), begin, end)
    ends = [*starts[1:], end]
    reached = [_LONG_AGO, *map(add, ends, offsets[:-1])]
    stretches = [Stretch(*row) for row in zip(starts, ends, offsets, reached, strict=True)]
    return _Era(stretches, starts, reached)


def _changes(zone: ZoneInfo, begin: int, end: int) -> tuple[list[int], list[int]]:
    """(starts, offsets). Probes every 3 days: since 1900 no two changes are less than 3.9 apart."""
    probe = min(max(begin, _FIRST_PROBE), _LAST_PROBE)
    starts, offsets = [_LONG_AGO], [_offset(zone, probe)]
    while probe < min(end, _LAST_PROBE):
        known, probe = probe, probe + _PROBE_STEP
        if _offset(zone, probe) != offsets[-1]:
            starts.append(_first_change(zone, known, probe))
            offsets.append(_offset(zone, starts[-1]))
    return starts, offsets


def _first_change(zone: ZoneInfo, before: int, after: int) -> int:
    old = _offset(zone, before)
    while after - before > 1:
        middle = (before + after) // 2
        before, after = (middle, after) if _offset(zone, middle) == old else (before, middle)
    return after


def _offset(zone: ZoneInfo, instant: int) -> int:
    offset = datetime.fromtimestamp(instant, zone).utcoffset()
    assert offset is not None
    return offset.days * _DAY + offset.seconds
