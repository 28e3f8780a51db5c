"""Figures of several repeats as one cell of a table (pure)."""

import math
from collections.abc import Sequence
from itertools import pairwise
from statistics import median

# What a contestant comes to: a number, or a sentence where it has none.
Value = float | str


def percentile(values: Sequence[float], percent: float) -> float:
    """The smallest value that at least `percent` of all do not exceed; values not empty."""
    place = math.ceil(len(values) * percent / 100)
    return sorted(values)[max(place, 1) - 1]


def number(value: float) -> str:
    """Three digits that count, without exponents; whole numbers as they are."""
    if isinstance(value, int):
        return f"{value:,}"
    if abs(value) >= 100:
        return f"{value:,.0f}"
    if abs(value) >= 10:
        return f"{value:.1f}"
    return f"{value:.2f}" if abs(value) >= 1 else f"{value:.3f}"


def cell(values: Sequence[Value]) -> str:
    """The median with smallest and largest; the sentences instead, where there are any."""
    sentences = [value for value in values if isinstance(value, str)]
    if sentences:
        return "; ".join(dict.fromkeys(sentences))
    numbers = [value for value in values if not isinstance(value, str)]
    if not numbers:
        return "-"
    middle, least, most = (number(n) for n in (median(numbers), min(numbers), max(numbers)))
    return middle if least == most else f"{middle} ({least} to {most})"


def longest_gap(times: Sequence[float], begin: float, end: float) -> float:
    """The longest time between two of these instants, the begin and the end counted in."""
    marks = [begin, *sorted(time for time in times if begin < time < end), end]
    return max(later - earlier for earlier, later in pairwise(marks))


def repeated_and_missing(times: Sequence[float], every: float, end: float) -> tuple[int, int]:
    """Of occurrences that should be `every` seconds apart: how many too many, how many absent.

    Counted from the first one to the end, with half an interval to spare.
    """
    ordered = sorted(times)
    gaps = [later - earlier for earlier, later in pairwise(ordered)]
    repeated = sum(gap < every / 2 for gap in gaps)
    until_next = [*gaps, end - ordered[-1] - every / 2]
    return repeated, sum(max(math.floor(gap / every - 0.5), 0) for gap in until_next)
