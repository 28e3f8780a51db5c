"""Changes, and what clients that follow them hear."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.models import User
from websockets.sync.client import ClientConnection

from feed.models import Change
from tests.api.sockets import receive

Open = Callable[..., ClientConnection]


def change(user: User, count: int = 1, event: str = "execution.pending", **more: Any) -> list[int]:
    """Changes of a user, by their numbers."""
    made = [Change(owner=user, event=event, **more) for _ in range(count)]
    return [one.pk for one in Change.objects.bulk_create(made)]


def sequences(client: ClientConnection, count: int) -> list[int]:
    return [receive(client)["sequence"] for _ in range(count)]


def begun(client: ClientConnection) -> int:
    """Where the feed stands, as the first message says."""
    said = receive(client)
    assert said.keys() == {"sequence"}
    return int(said["sequence"])
