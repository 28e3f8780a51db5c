"""Signatures of webhooks: https://www.standardwebhooks.com, symmetric (v1)."""

import binascii
import hmac
from base64 import b64decode, b64encode
from collections.abc import Iterable

PREFIX = "whsec_"
# In bytes, of the key; from the specification.
SHORTEST_KEY, LONGEST_KEY = 24, 64


def headers(
    secrets: Iterable[str], *, message_id: str, timestamp: int, body: bytes
) -> dict[str, str]:
    """The headers that identify a message and, with each of the secrets, sign it.

    `message_id` is the same whenever the message is sent again; `timestamp` is the time of
    sending, in seconds since 1970. More than one secret is for the time in which receivers go
    over to a new one: any of the signatures will do. ValueError with a sentence for a secret
    that is none.
    """
    signed = f"{message_id}.{timestamp}.".encode() + body
    signatures = [_signature(key(secret), signed) for secret in secrets]
    identity = {"webhook-id": message_id, "webhook-timestamp": str(timestamp)}
    return identity | ({"webhook-signature": " ".join(signatures)} if signatures else {})


def key(secret: str) -> bytes:
    """The key of a secret; ValueError with a sentence if it is not written as one."""
    try:
        decoded = b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        decoded = b""
    if not (secret.startswith(PREFIX) and SHORTEST_KEY <= len(decoded) <= LONGEST_KEY):
        raise ValueError(
            f"Write a webhook's secret as {PREFIX} followed by {SHORTEST_KEY} to {LONGEST_KEY} "
            "random bytes in base64."
        )
    return decoded


def _signature(key: bytes, signed: bytes) -> str:
    return f"v1,{b64encode(hmac.digest(key, signed, 'sha256')).decode()}"
