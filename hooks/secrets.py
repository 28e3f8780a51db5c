"""What messages are signed with: made here, shown once, sealed from then on."""

import secrets
from base64 import b64encode
from contextlib import suppress
from datetime import datetime

from cryptography.fernet import InvalidToken

from agents.signatures import PREFIX
from hooks.models import Hook
from scheduler_project.sealing import seal

KEY_BYTES = 32
PURPOSE = "secrets of webhooks"


def new() -> str:
    """A secret as https://www.standardwebhooks.com writes it: whsec_ and random bytes."""
    return PREFIX + b64encode(secrets.token_bytes(KEY_BYTES)).decode()


def sealed(secret: str) -> str:
    """As it is stored."""
    return seal(PURPOSE).encrypt(secret.encode()).decode()


def good(hook: Hook, now: datetime) -> list[str]:
    """Those that sign at this time, the current one first.

    ValueError with a sentence if that one cannot be opened. A former one that cannot is left out:
    the current one is the way out of that.
    """
    try:
        current = _opened(hook.secret)
    except InvalidToken:
        raise ValueError(
            "The webhook's secret was sealed with another SECRET_KEY: rotate it, "
            "or add that key to SECRET_KEY_FALLBACKS."
        ) from None
    if hook.former_until is not None and now < hook.former_until:
        with suppress(InvalidToken):
            return [current, _opened(hook.former_secret)]
    return [current]


def _opened(stored: str) -> str:
    return seal(PURPOSE).decrypt(stored).decode()
