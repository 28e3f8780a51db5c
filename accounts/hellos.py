"""The first message of a socket, and where it says whose it is: never in the URL.

A token stands in the message ({"token": "..."}) or in the handshake, where browsers can put one as
the name of a subprotocol: `Sec-WebSocket-Protocol: bearer, <token>`. Without any, the session of
this site counts.
"""

import json
from typing import Any
from urllib.parse import urlparse, urlsplit

from channels.db import database_sync_to_async
from channels.security.websocket import OriginValidator
from django.conf import settings
from rest_framework.exceptions import APIException

from accounts import tickets
from accounts.tickets import Ticket

# json.loads holds up everybody else, for a second and more where a message has megabytes.
LONGEST_MESSAGE = 10_000
SUBPROTOCOL = "bearer"


class Goodbye(Exception):  # noqa: N818
    """The socket is closed with this code: 1000, or one that is left to applications (RFC 6455)."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


def read(text: Any, begin: str) -> dict[str, Any]:
    """A client's message, whose `token` is a text if there is one; else 4400 with that sentence."""
    try:
        if len(text) > LONGEST_MESSAGE:
            raise ValueError
        said = json.loads(text)
    except (ValueError, TypeError, RecursionError):
        said = None
    if isinstance(said, dict) and isinstance(said.get("token"), str | None):
        return said
    raise Goodbye(4400, begin)


def number(said: dict[str, Any], name: str, most: int) -> int | None:
    """A number from 0 to `most`, or None without one; else 4400."""
    value = said.get(name)
    if value is None or (type(value) is int and 0 <= value <= most):
        return value
    raise Goodbye(4400, f"{name!r} is a whole number from 0 to {most}.")


def subprotocol(scope: Any) -> str | None:
    """What the handshake is answered with."""
    return SUBPROTOCOL if scope["subprotocols"][:1] == [SUBPROTOCOL] else None


async def ticket_of(scope: Any, said: dict[str, Any]) -> Ticket:
    """What the client has shown; Goodbye if that is not good."""
    token = said.get("token")
    if token is None and subprotocol(scope):
        token = next(iter(scope["subprotocols"][1:]), None)
    if token is None:
        return _of_session(scope)
    try:
        return await database_sync_to_async(tickets.by_token)(token)
    except (APIException, UnicodeError):
        raise Goodbye(4401, "The token is not valid, or it has expired.") from None


def _of_session(scope: Any) -> Ticket:
    """Browsers send the session's cookie from any site's pages, with their origin."""
    if not scope["user"].is_authenticated:
        raise Goodbye(4401, "Log in, or begin with a token.")
    headers = dict(scope["headers"])
    origin = headers.get(b"origin", b"").decode("latin-1")
    here = urlsplit(origin).netloc == headers.get(b"host", b"").decode("latin-1")
    trusted = [pattern.replace("//*.", "//.") for pattern in settings.CSRF_TRUSTED_ORIGINS]
    if not here and not OriginValidator(None, trusted).valid_origin(urlparse(origin)):
        raise Goodbye(4403, "A session works only on pages of this site; use a token.")
    return tickets.by_session(scope["user"], scope["session"].session_key)
