"""Sockets at /ws/executions of a real server, which looks for changes often."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from django.contrib.auth.models import User
from websockets.sync.client import connect

from feed import watching
from schedules.tests.integration.connections import OtherConnection
from tests.api.changes.scenes import Open
from tests.api.sockets import token


@pytest.fixture(autouse=True)
def _often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "POLL_SECONDS", 0.02)


@pytest.fixture
def open_socket(web: str) -> Iterator[Open]:
    """Opens sockets and says hello, with a user's token or without any."""
    with ExitStack() as opened:

        def open_one(user: User | None = None, hello: Any = None, **more: Any) -> Any:
            client = opened.enter_context(connect(f"ws://{web}/ws/executions", **more))
            said = (token(user) if user else {}) | (hello or {})
            client.send(json.dumps(said))
            return client

        yield open_one


@pytest.fixture
def other() -> Iterator[OtherConnection]:
    connection = OtherConnection()
    yield connection
    connection.close()
