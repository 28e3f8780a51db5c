"""What is stored so that only a process with SECRET_KEY can read it."""

from base64 import urlsafe_b64encode
from functools import lru_cache

from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


def seal(purpose: str) -> MultiFernet:
    """Encrypts for a purpose; opens what SECRET_KEY or one of SECRET_KEY_FALLBACKS sealed for it.

    cryptography.fernet.InvalidToken for anything else.
    """
    return _of_keys(purpose, settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)


@lru_cache(maxsize=20)
def _of_keys(purpose: str, *keys: str) -> MultiFernet:
    return MultiFernet([Fernet(_derived(purpose, key)) for key in keys])


def _derived(purpose: str, key: str) -> bytes:
    """A key for this purpose only (RFC 5869)."""
    derivation = HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose.encode())
    return urlsafe_b64encode(derivation.derive(key.encode()))
