"""The web process: `uvicorn scheduler_project.asgi:application`."""

import asyncio
import os
from typing import Any

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "scheduler_project.settings")
# Under ASGI every request has a thread, and so a connection, of its own: one
# that outlived its request would never be found again.
os.environ.setdefault("DATABASE_CONNECTION_AGE", "0")

REQUESTS_AT_ONCE = 40

django_application = get_asgi_application()
_room = asyncio.Semaphore(REQUESTS_AT_ONCE)

# They need the apps that are loaded above.
from scheduler_project import sockets  # noqa: E402


async def application(scope: Any, receive: Any, send: Any) -> None:
    """Django, with a bound on requests at work: a crowd waits here, not for PostgreSQL's
    last connection, which beats and workers need. WebSockets stay, and share one connection."""
    if scope["type"] == "websocket":
        await sockets.application(scope, receive, send)
        return
    async with _room:
        await django_application(scope, receive, send)
