"""Typed reads from the environment, each failing with a sentence that names the variable."""

import json
import os
import re
import secrets
import tempfile
from decimal import Decimal
from ipaddress import ip_network
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured

# Of a function, tool or runner: what providers take as a tool's name, and what fits a column.
NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,29}")
# What MODEL_LIMITS can be about, and what it looks like.
LIMITED = re.compile(r"local|[^\s:*]+:(\*|[^\s*]+)")
LIMITS_EXAMPLE = '{"openai:*": {"concurrency": 50, "requests_per_minute": 500}}'
MOST_LIMIT = 1_000_000
PATH = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)+")


def text(name: str, default: str = "") -> str:
    """The variable's value; an empty one counts as unset."""
    return os.environ.get(name, "").strip() or default


def number(name: str, default: int, least: int = 0) -> int:
    """The variable as a whole number of at least `least`; ImproperlyConfigured otherwise."""
    value = text(name, str(default))
    if not value.isascii() or not value.isdigit():
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}.")
    if int(value) < least:
        raise ImproperlyConfigured(f"{name} must be at least {least}, not {value}.")
    return int(value)


def flag(name: str) -> bool:
    """The variable as a switch: 1/true/yes/on or 0/false/no/off; unset is off."""
    value = text(name, "0").lower()
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    raise ImproperlyConfigured(f"{name} must be 1 or 0, not {value!r}.")


def web_address(name: str) -> str:
    """The variable as the address of a web page; "" if unset."""
    value = text(name)
    if value and not value.startswith(("http://", "https://")):
        raise ImproperlyConfigured(f"{name} must begin with http:// or https://, not {value!r}.")
    return value


def names(name: str, default: str = "") -> list[str]:
    """The variable as a comma-separated list."""
    return [item.strip() for item in text(name, default).split(",") if item.strip()]


def prices(name: str) -> dict[str, dict[str, Decimal]]:
    """The variable as JSON: for each model string what a million tokens cost."""
    try:
        given = json.loads(text(name, "{}"), parse_int=Decimal, parse_float=Decimal)
    except ValueError:
        given = None
    if not (isinstance(given, dict) and all(map(_is_price, given.values()))):
        example = '{"openai:gpt-5": {"input": 1.25, "output": 10, "cached": 0.125}}'
        raise ImproperlyConfigured(f"{name} must be JSON such as {example}; cached is optional.")
    return given


def _is_price(value: Any) -> bool:
    """NaN and Infinity stay floats, and are none."""
    return (
        isinstance(value, dict)
        and {"input", "output"} <= set(value) <= {"input", "output", "cached"}
        and all(isinstance(price, Decimal) and price >= 0 for price in value.values())
    )


def limits(name: str) -> dict[str, dict[str, int]]:
    """The variable as JSON: for each model string, provider:* or local how much it is asked."""
    try:
        given = json.loads(text(name, "{}"))
    except ValueError:
        given = None
    if not isinstance(given, dict):
        given = {"": None}
    for key, value in given.items():
        if not (LIMITED.fullmatch(key) and _is_limit(value)):
            raise ImproperlyConfigured(
                f"{name} must be JSON such as {LIMITS_EXAMPLE}, with whole numbers from 1, of "
                f"which one may be left out{f'; {key!r} is wrong' if key else ''}. A key is "
                "provider:model, provider:* or local."
            )
    return given


def _is_limit(value: Any) -> bool:
    """True is an int in Python, and no number here."""
    return (
        isinstance(value, dict)
        and set() < set(value) <= {"concurrency", "requests_per_minute"}
        and all(type(most) is int and 0 < most <= MOST_LIMIT for most in value.values())
    )


def paths(name: str) -> dict[str, str]:
    """The variable as dotted paths by name: `name=package.function`, or `package.function`."""
    found: dict[str, str] = {}
    for item in names(name):
        given, _, path = map(str.strip, item.rpartition("="))
        key = given or path.rpartition(".")[2]
        if not (NAME.fullmatch(key) and PATH.fullmatch(path)):
            raise ImproperlyConfigured(
                f"{name} must list functions as name=package.module.function, not {item!r}; "
                "a name is a letter and up to 29 letters, digits, _ or -."
            )
        if key in found:
            raise ImproperlyConfigured(f"{name} names {key!r} twice.")
        found[key] = path
    return found


def hosts(name: str) -> list[str]:
    """The variable as a comma-separated list of host names, addresses and networks."""
    try:
        for item in names(name):
            if "/" in item or ":" in item or item.replace(".", "").isdigit():
                ip_network(item.strip("[]"))
    except ValueError as error:
        raise ImproperlyConfigured(
            f"{name} names a network that is none, or a port: {error}."
        ) from None
    return names(name)


def kept_secret(path: Path, length: int = 48) -> str:
    """The secret in `path`, of `length` random bytes, made on first use, its owner's only."""
    if not (path.exists() and path.read_text().strip()):
        _keep(path, secrets.token_urlsafe(length))
    return path.read_text().strip()


def _keep(path: Path, secret: str) -> None:
    """Write it whole or not at all; of two processes at once the first one wins."""
    path.parent.mkdir(parents=True, exist_ok=True)
    # mkstemp: readable by its owner only, and nobody else's name.
    handle, written = tempfile.mkstemp(dir=path.parent)
    with open(handle, "w") as file:
        file.write(secret)
    try:
        if path.exists() and not path.read_text().strip():
            os.replace(written, path)
        else:
            os.link(written, path)
    except FileExistsError:
        pass
    finally:
        Path(written).unlink(missing_ok=True)
