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
SHORTEST_SECRET = 8


def redact(text: str, secrets: Iterable[str] = ()) -> str:
    """`text` without the deployment's secrets, these ones, and anything that looks like a key."""
    return SECRET_SHAPES.sub(HIDDEN, hide(text, {*_deployment(), *secrets}))


def hide(text: str, secrets: Iterable[str]) -> str:
    """`text` without these secrets, as they are and as JSON writes them."""
    # The longest first: one may contain another.
    for secret in sorted(secrets, key=len, reverse=True):
        if len(secret) >= SHORTEST_SECRET:
            in_json = json.dumps(secret, ensure_ascii=False)[1:-1]
            text = text.replace(secret, HIDDEN).replace(in_json, HIDDEN)
    return text


def trace(error: BaseException, secrets: Iterable[str] = ()) -> str:
    """The traceback of an exception for the log."""
    return redact("".join(traceback.format_exception(error)), secrets)


def _deployment() -> set[str]:
    named = {value for name, value in os.environ.items() if SECRET_NAMES.search(name)}
    return {settings.MODEL_API_KEY, settings.SECRET_KEY, *named}
