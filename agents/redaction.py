"""Keeping keys out of whatever people may read: results of errors, logs."""

import json
import os
import re
import traceback
from collections.abc import Iterable

from django.conf import settings

HIDDEN = "[hidden]"
SECRET_NAMES = re.compile(r"(KEY|TOKEN|SECRET|PASSWORD)$")
SECRET_SHAPES = re.compile(
    r"(?i)\bbearer\s+[^\s\"',;]+|\bsk-[\w*.-]{6,}|\bAIza[\w-]{10,}"
    r"|\b(?:authorization|x-api-key|api[-_]key)[\"']?\s*[:=]\s*[\"']?[^\s\"',;}]+"
)
# Of what the environment names like a secret, and of an agent's: "a" is in every sentence.
SHORTEST_SECRET = 8
SHORTEST_OF_AN_AGENT = 4


def redact(text: str, secrets: Iterable[str] = ()) -> str:
    """`text` without the deployment's secrets, an agent's, and anything that looks like a key."""
    known = [secret for secret in _deployments() if len(secret) >= SHORTEST_SECRET]
    return SECRET_SHAPES.sub(HIDDEN, hide(text, [*known, *secrets]))


def hide(text: str, secrets: Iterable[str]) -> str:
    """`text` without these values, as they are and as JSON and Python write them."""
    long = [secret for secret in secrets if len(secret) >= SHORTEST_OF_AN_AGENT]
    spelt = {*long, *(json.dumps(s, ensure_ascii=a)[1:-1] for s in long for a in (True, False))}
    # The longest first: one may contain another.
    for secret in sorted(spelt, key=len, reverse=True):
        text = text.replace(secret, HIDDEN)
    return text


def trace(error: BaseException, secrets: Iterable[str] = ()) -> str:
    """The traceback of an exception for the log."""
    return redact("".join(traceback.format_exception(error)), secrets)


def _deployments() -> list[str]:
    named = [value for name, value in os.environ.items() if SECRET_NAMES.search(name)]
    return [settings.MODEL_API_KEY, settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS, *named]
