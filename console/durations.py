"""Lengths of time as people say them (pure)."""

from datetime import timedelta

UNITS = (("d", 86_400), ("h", 3_600), ("min", 60))


def spoken(length: timedelta) -> str:
    """In the two largest units that count: `0.4 s`, `12 s`, `3 min 20 s`, `2 d 4 h`."""
    seconds = length.total_seconds()
    if abs(seconds) < 9.95:
        return f"{seconds:.1f} s".replace(".0 s", " s")
    left, said = round(seconds), list[str]()
    for unit, size in (*UNITS, ("s", 1)):
        count, left = divmod(left, size)
        if count or said:
            said.append(f"{count} {unit}" if count else "")
    return " ".join(said[:2]).strip()
