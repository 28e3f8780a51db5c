"""Agents' secret values, sealed in Agent.secrets: who reads the database does not read them.

A JSON object of names and Fernet tokens, whose key comes from SECRET_KEY; values that were sealed
with one of SECRET_KEY_FALLBACKS can still be opened.
"""

import json
import re
from collections.abc import Mapping

from cryptography.fernet import InvalidToken, MultiFernet

from agents import signatures
from agents.spellings import SHORTEST
from scheduler_project.sealing import seal
from scheduler_project.text import problem_with

NAME = re.compile(r"[a-z][a-z0-9_]{0,49}")
MAX_SECRETS = 20
MAX_VALUE_LENGTH = 4_000
WEBHOOK = ("webhook", "webhook_old")
"""What webhooks are signed with: the secret, and the one before while receivers go over."""


def names(sealed: str) -> list[str]:
    """The names of what is sealed, in alphabetical order."""
    return sorted(_tokens(sealed))


def merged(sealed: str, changes: Mapping[str, str | None]) -> str:
    """What is sealed, with these values set and those of None removed.

    What is not named stays as it is, whether it can be opened or not. ValueError with a
    sentence, which holds no value, for names and values that cannot be.
    """
    kept = _tokens(sealed).keys() - changes.keys()
    given = {name: value for name, value in changes.items() if value is not None}
    if len(kept) + len(given) > MAX_SECRETS:
        raise ValueError(f"An agent has at most {MAX_SECRETS} secrets.")
    for name, value in given.items():
        _check(name, value)
    tokens = {name: token for name, token in _tokens(sealed).items() if name in kept}
    tokens |= {name: _fernet().encrypt(value.encode()).decode() for name, value in given.items()}
    return json.dumps(tokens) if tokens else ""


def opened(sealed: str) -> dict[str, str]:
    """The values by name; ValueError with a sentence if one cannot be opened."""
    try:
        return {name: _fernet().decrypt(token).decode() for name, token in _tokens(sealed).items()}
    except InvalidToken:
        raise ValueError(
            "The agent's secrets were sealed with another SECRET_KEY: give them anew, "
            "or add that key to SECRET_KEY_FALLBACKS."
        ) from None


def _check(name: str, value: str) -> None:
    if not NAME.fullmatch(name):
        raise ValueError(
            "Name a secret in small letters, digits and _, beginning with a letter, "
            "in at most 50 characters."
        )
    if not (isinstance(value, str) and value):
        raise ValueError(f'Give "{name}" a text as its value, or null to remove it.')
    # Shorter ones are not hidden, as they are in too many words.
    if len(value.strip()) < SHORTEST:
        raise ValueError(
            f'"{name}" has to have at least {SHORTEST} characters: shorter values '
            "cannot be kept out of what people read."
        )
    if problem := problem_with(value, MAX_VALUE_LENGTH):
        raise ValueError(f'"{name}": {problem}')
    if name in WEBHOOK:
        signatures.key(value)


def _tokens(sealed: str) -> dict[str, str]:
    return json.loads(sealed) if sealed else {}


def _fernet() -> MultiFernet:
    return seal("secrets of agents")
