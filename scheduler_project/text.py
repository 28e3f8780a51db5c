"""What every text that people send must satisfy before it is stored; what a wrong one meant."""

import json
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any

LONGEST_GUESSED = 100


def problem_with(value: str, longest: int) -> str | None:
    """Why `value` cannot be stored, as a sentence, or None; `longest` is in characters."""
    if "\x00" in value:
        return "It contains a NUL character, which cannot be stored."
    if any("\ud800" <= character <= "\udfff" for character in value):
        return "It contains half of a surrogate pair, which is not valid Unicode."
    if len(value) > longest:
        return f"It has {len(value)} characters; at most {longest} are allowed."
    return None


def json_problem(value: Any, longest: int) -> str | None:
    """Why a JSON value cannot be stored, as `problem_with` says it of a text."""
    try:
        written = json.dumps(value, ensure_ascii=False, allow_nan=False)
    except ValueError:
        return "It contains a number that JSON cannot hold."
    # As JSON writes it; a backslash in a text is written as two.
    if "\\u0000" in written.replace("\\\\", ""):
        return problem_with("\x00", longest)
    return problem_with(written, longest)


def printable(value: str, longest: int) -> str:
    """`value` made fit to be shown: no NUL, no lone surrogate, at most `longest` characters."""
    clean = value.replace("\x00", "\\x00").encode("utf-8", "backslashreplace").decode()
    return clean if len(clean) <= longest else clean[: longest - 1] + "…"


def suggestion(word: str, known: Iterable[str]) -> str:
    """The end of a sentence about an unknown word: " Did you mean ...?", or nothing."""
    near = get_close_matches(word, known, n=1) if len(word) <= LONGEST_GUESSED else []
    return f" Did you mean {near[0]}?" if near else ""
