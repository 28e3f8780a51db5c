"""What tests of WebSockets say and hear."""

import json
import socket
from typing import Any

import pytest
from django.contrib.auth.models import User
from rest_framework_simplejwt.tokens import AccessToken
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection

WAIT = 10


def token(user: User, **more: Any) -> dict[str, Any]:
    return {"token": str(AccessToken.for_user(user)), **more}


def receive(client: ClientConnection) -> Any:
    return json.loads(client.recv(WAIT))


def closed(client: ClientConnection) -> tuple[int, str]:
    with pytest.raises(ConnectionClosed) as error:
        client.recv(WAIT)
    assert error.value.rcvd is not None
    return error.value.rcvd.code, error.value.rcvd.reason


def upgrade(raw: socket.socket, path: str, hello: str) -> None:
    """Handshake and first message of RFC 6455 by hand: a library would read on its own."""
    key = "dGhlIHNhbXBsZSBub25jZQ=="
    raw.sendall(
        f"GET {path} HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
    )
    assert b"101 Switching Protocols" in raw.recv(1024)
    data = hello.encode()
    # FIN and text; masked with zeros, length in two bytes.
    raw.sendall(bytes([0x81, 0x80 | 126]) + len(data).to_bytes(2) + bytes(4) + data)
