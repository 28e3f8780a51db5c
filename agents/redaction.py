"""Keeping keys out of whatever people may read: results of errors, logs."""

import os
import re

from django.conf import settings

HIDDEN = "[hidden]"
SECRET_NAMES = re.compile(r"(KEY|TOKEN|SECRET|PASSWORD)$")
SECRET_SHAPES = re.compile(
    r"(?i)\bbearer\s+[^\s\"',;]+|\bsk-[\w*.-]{6,}|\bAIza[\w-]{10,}"
    r"|\b(?:authorization|x-api-key|api[-_]key)[\"']?\s*[:=]\s*[\"']?[^\s\"',;}]+"
)
SHORTEST_SECRET = 8


def redact(text: str) -> str:
    """`text` without the deployment's secrets and without anything that looks like a key."""
    for secret in _secrets():
        text = text.replace(secret, HIDDEN)
    return SECRET_SHAPES.sub(HIDDEN, text)


def _secrets() -> list[str]:
    """The known secrets, the longest first: one may contain another."""
    named = [value for name, value in os.environ.items() if SECRET_NAMES.search(name)]
    known = {settings.MODEL_API_KEY, settings.SECRET_KEY, *named}
    return sorted((s for s in known if len(s) >= SHORTEST_SECRET), key=len, reverse=True)
