"""Whole numbers between two limits, and the one sentence for all that is none of them."""


def sentence(least: int, most: int) -> str:
    """What to give."""
    return f"Give a whole number from {least:,} to {most:,}."


def problem_with(value: object, least: int, most: int) -> str | None:
    """The sentence unless `value` is such a number; for nothing (None), too."""
    fits = isinstance(value, int) and not isinstance(value, bool) and least <= value <= most
    return None if fits else sentence(least, most)
