"""Keeping keys out of whatever people may read: results of errors, logs, traces."""

import json
import os
import re
from collections.abc import Iterable, Iterator
from urllib.parse import quote, quote_plus

from django.conf import settings

HIDDEN = "[hidden]"
SECRET_NAMES = re.compile(r"(KEY|TOKEN|SECRET|PASSWORD)$")
SECRET_SHAPES = re.compile(
    r"(?ia)\bbearer\s+[^\s\"',;]+|\bsk-[\w*.-]{6,}|\bAIza[\w-]{10,}"
    # A header's value may begin with its scheme: "Authorization: Bearer ...".
    r"|\bauthorization[\"']?\s*[:=]\s*[\"']?(?:\w+[ \t]+)?[^\s\"',;}]+"
    r"|\b(?:x-api-key|api[-_]key)[\"']?\s*[:=]\s*[\"']?[^\s\"',;}]+"
)
# One of these is in whatever has such a shape; most texts hold none, and looking for them takes a
# fiftieth of the time.
SHAPE_MARKS = ("bearer", "sk-", "aiza", "authorization", "api-key", "api_key")
# Of fields. Not a bare "key": that is what tools and mappings call any of theirs.
SECRET_FIELDS = re.compile(
    r"(?i)(api[-_]?key|private[-_]?key|token|secret|passw(or)?d|authorization)$"
)
SHORTEST_SECRET = 8
LONGEST_KEY = 1000


def redact(text: str, secrets: Iterable[str] = ()) -> str:
    """`text` without the deployment's secrets, without `secrets` and without what looks like a key.

    Secrets of fewer than SHORTEST_SECRET characters stay: they are found in any text.
    """
    return hide(text, known(secrets))


def known(secrets: Iterable[str] = ()) -> list[str]:
    """The deployment's secrets and these, also as JSON and URLs spell them, the longest first.

    One may contain another.
    """
    named = [value for name, value in os.environ.items() if SECRET_NAMES.search(name)]
    plain = {settings.MODEL_API_KEY, settings.SECRET_KEY, *named, *secrets}
    spelt = {form for s in plain if len(s) >= SHORTEST_SECRET for form in _spellings(s)}
    return sorted(spelt, key=len, reverse=True)


def hide(text: str, known: Iterable[str]) -> str:
    """`text` without these and without what looks like a key."""
    for secret in known:
        text = text.replace(secret, HIDDEN)
    return SECRET_SHAPES.sub(HIDDEN, text) if _may_have_shapes(text) else text


def _may_have_shapes(text: str) -> bool:
    lower = text.lower()
    return any(mark in lower for mark in SHAPE_MARKS)


def is_secret_field(name: str) -> bool:
    """Whether what stands under this name is a secret, whatever it looks like."""
    return bool(SECRET_FIELDS.search(name))


def settled(text: str, known: Iterable[str]) -> int:
    """Up to where `text` can be redacted now, whatever is appended to it later.

    Behind it may be the beginning of a secret: for texts that arrive in pieces.
    """
    end = _last_word(text)
    spans: list[tuple[int, int]] = []
    plain = text
    for secret in known:
        # One without spaces cannot reach over the beginning of a word.
        if end == len(text) or len(secret.split()) > 1:
            spans += _spans(text, secret)
        # As `hide` leaves it to the shapes: without letters, but where it was.
        plain = plain.replace(secret, "]" * len(secret))
    if _may_have_shapes(plain):
        # What would look like a key if some value followed must not be taken apart either.
        found = SECRET_SHAPES.finditer(plain + "x" * SHORTEST_SECRET)
        spans += [match.span() for match in found]
    for start, stop in sorted(spans, reverse=True):
        if start < end < stop:
            end = start
    return end


def _last_word(text: str) -> int:
    """Where it begins, as more may belong to it; no key is so long as some words are."""
    words = text.rstrip()
    start = len(words) - len(words.rsplit(maxsplit=1)[-1]) if words else 0
    return start if len(text) - start <= LONGEST_KEY else len(text)


def _spans(text: str, secret: str) -> Iterator[tuple[int, int]]:
    """Where the secret is in `text`, and where it may be about to begin at the end of it."""
    place = text.find(secret)
    while place >= 0:
        yield place, place + len(secret)
        place = text.find(secret, place + 1)
    place = text.find(secret[0], max(0, len(text) - len(secret) + 1))
    while place >= 0:
        if secret.startswith(text[place:]):
            yield place, len(text) + 1
        place = text.find(secret[0], place + 1)


def _spellings(secret: str) -> set[str]:
    try:
        return {secret, json.dumps(secret)[1:-1], quote(secret, safe=""), quote_plus(secret)}
    except UnicodeEncodeError:
        return {secret}
