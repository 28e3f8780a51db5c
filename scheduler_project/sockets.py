"""Which WebSocket addresses there are; Channels finds the session's user."""

from typing import Any

from channels.auth import AuthMiddlewareStack
from channels.routing import URLRouter
from django.urls import path, re_path

from agents.sockets import EventSocket
from feed.sockets import ChangeSocket


async def nothing(scope: Any, receive: Any, send: Any) -> None:
    """Any other address: the handshake is refused."""
    await receive()
    await send({"type": "websocket.close"})


events: Any = EventSocket.application
changes: Any = ChangeSocket.application
nowhere: Any = nothing
application = AuthMiddlewareStack(
    URLRouter(
        [
            path("ws/agent-tasks/<uuid:task>/events", events),
            path("ws/executions", changes),
            re_path("", nowhere),
        ]
    )
)
