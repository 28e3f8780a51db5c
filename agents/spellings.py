"""How a secret may be written where it turns up: by JSON, by JSON within JSON, Python and URLs."""

import json
from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import quote

# Shorter ones are in too many words.
SHORTEST = 4
# Of JSON that is a text within JSON: a page that quotes a request, in the record of a call.
JSON_LEVELS = 3


def spelt(secrets: Iterable[str]) -> Sequence[str]:
    """All spellings of these values, the longest first; ends are often lost: a line break."""
    whole = {form for secret in secrets for form in (secret, secret.strip())}
    long = [secret for secret in whole if len(secret) >= SHORTEST]
    return longest_first(form for secret in long for form in _spellings(secret))


def longest_first(forms: Iterable[str]) -> Sequence[str]:
    """One may contain another."""
    return tuple(sorted(set(forms), key=len, reverse=True))


def _spellings(secret: str) -> set[str]:
    """As it is, and as JSON, JSON within JSON, Python and URLs write it."""
    forms = level = {secret}
    for _ in range(JSON_LEVELS):
        level = {written for form in level for written in _as_json(form)} - forms
        forms = forms | level
    quoted = quote(secret.encode("utf-8", "replace"), safe="")
    return forms | {repr(secret)[1:-1], quoted, quoted.replace("%20", "+")}


def _as_json(text: str) -> Iterator[str]:
    """What is between the quotes: all in ASCII or not; some write a slash with an escape, too."""
    written = json.dumps(text)[1:-1]
    yield from (written, written.replace("/", "\\/"), json.dumps(text, ensure_ascii=False)[1:-1])
