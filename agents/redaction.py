"""Keeping keys out of whatever people may read: results of errors, logs, traces."""

import os
import re
import traceback
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from urllib.parse import unquote

from django.conf import settings

from agents.spellings import longest_first, spelt

HIDDEN = "[hidden]"
SECRET_NAMES = re.compile(r"(KEY|TOKEN|SECRET|PASSWORD)$")
# Of a URL: of databases, brokers, proxies.
URL_PASSWORD = re.compile(r"://[^\s/?#@:]*:([^\s/?#]+)@")
HEADERS = re.compile(r"OTEL_EXPORTER_OTLP_(\w+_)?HEADERS$")
# Around a name and a value; within JSON within JSON behind some backslashes.
QUOTE = r"\\*[\"']?"
VALUE = r"(?:[^\s\"',;}\\]|\\+(?![\"'\\]))+"
SECRET_SHAPES = re.compile(
    rf"(?ia)\bbearer\s+{VALUE}|\bsk-[\w*.-]{{6,}}|\bAIza[\w-]{{10,}}"
    # A header's value may begin with its scheme: "Authorization: Bearer ...".
    rf"|\bauthorization{QUOTE}\s*[:=]\s*{QUOTE}(?:\w+[ \t]+)?{VALUE}"
    rf"|\b(?:x-api-key|api[-_]key){QUOTE}\s*[:=]\s*{QUOTE}{VALUE}"
)
# What stands before such a header's value, with the quotes around both.
SHAPE_HEAD = re.compile(
    rf"(?ia)(?:authorization|x-api-key|api[-_]key)(?P<name>{QUOTE})\s*[:=]\s*(?P<value>{QUOTE})"
)
# One of these is in whatever has such a shape; most texts hold none, and looking for them takes a
# fiftieth of the time.
SHAPE_MARKS = ("bearer", "sk-", "aiza", "authorization", "api-key", "api_key")
# Of fields. Not a bare "key": that is what tools and mappings call any of theirs.
SECRET_FIELDS = re.compile(
    r"(?i)(api[-_]?key|private[-_]?key|token|secret|passw(or)?d|authorization)$"
)
# Of what the environment names like a secret: "a" is in every sentence.
SHORTEST_SECRET = 8
LONGEST_KEY = 1000
# Thai, Lao, Burmese, Khmer, Chinese, Japanese: written without spaces. What is streamed in them
# shall be seen before its sentence ends, so each sign counts as a word: none is part of a key.
UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef"
    "\U00020000-\U0003ffff]"
)


def redact(text: str, secrets: Iterable[str] = ()) -> str:
    """`text` without the deployment's secrets, an agent's, and anything that looks like a key."""
    return cleaned(text, known(secrets))


def known(secrets: Iterable[str] = ()) -> Sequence[str]:
    """The deployment's secrets and an agent's, as they may be spelt, for many texts."""
    deployments, own = _deployments(), spelt(secrets)
    return longest_first([*deployments, *own]) if own else deployments


def cleaned(text: str, known: Iterable[str]) -> str:
    """`text` without what is known, and without anything that looks like a key."""
    text = without(text, known)
    return SECRET_SHAPES.sub(_hidden, text) if _may_have_shapes(text) else text


def _hidden(found: re.Match[str]) -> str:
    """What is shown instead: names stay, so that JSON stays JSON, also where the value is none."""
    head = SHAPE_HEAD.match(found[0])
    if head is None:
        return HIDDEN
    quote = "" if head["value"] else head["name"]
    return f"{head[0]}{quote}{HIDDEN}{quote}"


def hide(text: str, secrets: Iterable[str]) -> str:
    """`text` without these values, however they are spelt."""
    return without(text, spelt(secrets))


def known_number(value: float, known: Iterable[str]) -> bool:
    """Whether a secret of digits is in what JSON writes of this number."""
    written: str | None = None
    for secret in known:
        if secret.isdecimal():
            written = written or repr(value)
            if secret in written:
                return True
    return False


def longest(secrets: Iterable[str]) -> int:
    """Characters of the longest of these values, however it is written."""
    return max(map(len, spelt(secrets)), default=0)


def trace(error: BaseException, secrets: Iterable[str] = ()) -> str:
    """The traceback of an exception for the log."""
    return redact("".join(traceback.format_exception(error)), secrets)


def without(text: str, secrets: Iterable[str]) -> str:
    """`text` without these spellings."""
    for secret in secrets:
        text = text.replace(secret, HIDDEN)
    return text


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
        if end == len(text) or len(secret.split()) > 1 or UNSPACED.search(secret):
            spans += _spans(text, secret)
        # As `cleaned` leaves it to the shapes: without letters, but where it was.
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
    for sign in UNSPACED.finditer(text, start):
        start = sign.end()
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


def _deployments() -> Sequence[str]:
    own = (settings.MODEL_API_KEY, settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    # As it is kept: to read it through its mapping takes longer than all that a run has to hide.
    return _spelt_deployments(own, tuple(os.environ._data.items()))  # type: ignore[attr-defined]


@lru_cache(maxsize=1)
def _spelt_deployments(
    own: Iterable[str], environment: Iterable[tuple[bytes, bytes]]
) -> Sequence[str]:
    """The same for every run, until a setting or the environment changes."""
    variables = ((os.fsdecode(name), os.fsdecode(value)) for name, value in environment)
    found = [*own, *(secret for name, value in variables for secret in _within(name, value))]
    return spelt(secret for secret in found if len(secret) >= SHORTEST_SECRET)


def _within(name: str, value: str) -> Iterator[str]:
    """The secrets in a variable of the environment."""
    if SECRET_NAMES.search(name):
        yield value
    if HEADERS.match(name):
        for header in value.split(","):
            words = unquote(header.partition("=")[2]).split()
            # With its scheme, and without.
            yield from (" ".join(words), *words[1:])
    if "://" in value:
        for password in URL_PASSWORD.findall(value):
            yield from (password, unquote(password))
