"""Regular expressions of output schemas: Rust's, which search in linear time, kept small here."""

import re
from functools import lru_cache

from pydantic_core import SchemaError, SchemaValidator, ValidationError, core_schema

MAX_CHARACTERS = 200
MAX_PATTERNS = 20
# Of all patterns of a schema. A part costs up to 100 bytes, and ten times that when it is used.
MAX_PARTS = 50_000
# A class of Unicode's letters has as many ranges.
LETTERS = 800
# An escape; the beginning of a class, in which a first "]" is itself; a count; any other character.
TOKEN = re.compile(r"\\(?:[pPxuU]\{[^}]*\}|.)|\[\^?\]?|\{[\d\s,]+\}|.", re.DOTALL)
VERBOSE = re.compile(r"\(\?[a-zA-Z-]*x")


def check(pattern: str) -> None:
    """ValueError with a sentence unless it can be used."""
    if len(pattern) > MAX_CHARACTERS:
        raise ValueError(f"A pattern has at most {MAX_CHARACTERS} characters.")
    # Its comments would have to be told from the expression.
    if not VERBOSE.search(pattern) and parts(pattern) <= MAX_PARTS:
        try:
            matcher(pattern)
            return
        except SchemaError:
            pass
    raise ValueError(
        f"The pattern {pattern!r:.100} cannot be used here: write a regular expression without "
        r"look-around, back-references and large repetitions; [A-Za-z] takes less than \w."
    )


@lru_cache(5 * MAX_PATTERNS)
def parts(pattern: str, letters: int = LETTERS) -> int:
    """How many it has once all counted repetitions are written out: what it takes to keep it.

    A class of letters counts as so many; with 1, any class is one: what it takes to search with it.
    """
    levels, last, classes = [0], 0, 0
    for token in TOKEN.findall(pattern):
        if token[0] == "[" or (token == "(" and not classes):
            classes += token[0] == "["
            levels.append(0)
            continue
        if token in "])" and bool(classes) is (token == "]") and len(levels) > 1:
            classes -= token == "]"
            within = levels.pop()
            last = 1 if letters == 1 and token == "]" else within + 1
        elif token[0] == "{" and len(token) > 1 and not classes:
            again = max(map(int, re.findall(r"\d+", token)), default=1) - 1
            levels[-1] += last * max(again, 0)
            last *= max(again, 0) + 1
            continue
        elif token not in tuple("*+?"):
            of_letters = token[:2] in (r"\w", r"\W", r"\p", r"\P")
            last = letters if of_letters else 1 if token[0] == "\\" else len(token)
        levels[-1] += last
    return sum(levels)


@lru_cache(MAX_PATTERNS)
def matcher(pattern: str) -> SchemaValidator:
    """What finds it in a text; SchemaError if there is no such expression."""
    return SchemaValidator(core_schema.str_schema(pattern=pattern))


def found(pattern: str, text: str) -> bool:
    """Whether it is anywhere in the text."""
    try:
        matcher(pattern).validate_python(text)
    except ValidationError:
        return False
    return True
