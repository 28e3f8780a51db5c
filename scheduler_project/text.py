"""What every text that people send must satisfy before it is stored; what a wrong one meant."""

from collections.abc import Iterable
from difflib import get_close_matches

LONGEST_GUESSED = 100


def problem_with(value: str, longest: int) -> str | None:
    """Why `value` cannot be stored, as a sentence, or None; `longest` is in characters."""
    if problem := unstorable(value):
        return problem
    if len(value) > longest:
        return f"It has {len(value)} characters; at most {longest} are allowed."
    return None


def unstorable(value: str) -> str | None:
    """Why PostgreSQL does not keep `value`, however long it is, as a sentence, or None."""
    if "\x00" in value:
        return "It contains a NUL character, which cannot be stored."
    if any("\ud800" <= character <= "\udfff" for character in value):
        return "It contains half of a surrogate pair, which is not valid Unicode."
    return None


def printable(value: str, longest: int) -> str:
    """`value` made fit to be shown: no NUL, no lone surrogate, at most `longest` characters."""
    clean = value.replace("\x00", "\\x00").encode("utf-8", "backslashreplace").decode()
    return clean if len(clean) <= longest else clean[: longest - 1] + "…"


def valid(value: str) -> str:
    """`value` as PostgreSQL can keep it: without NUL, with "?" for half surrogate pairs."""
    return value.replace("\x00", "").encode("utf-8", "replace").decode()


def suggestion(word: str, known: Iterable[str]) -> str:
    """The end of a sentence about an unknown word: " Did you mean ...?", or nothing."""
    near = get_close_matches(word, known, n=1) if len(word) <= LONGEST_GUESSED else []
    return f" Did you mean {near[0]}?" if near else ""
