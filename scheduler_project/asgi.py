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

# They need the apps and settings that are loaded above.
from django.conf import settings  # noqa: E402

from scheduler_project import sockets  # noqa: E402
from scheduler_project.body_limit import BodyLimit  # noqa: E402

http = BodyLimit(django_application, settings.DATA_UPLOAD_MAX_MEMORY_SIZE)


async def application(scope: Any, receive: Any, send: Any) -> None:
    """Django, with a bound on requests at work: a crowd waits here, not for PostgreSQL's
    last connection, which beats and workers need. WebSockets stay, and share one connection."""
    if scope["type"] == "websocket":
        await sockets.application(scope, receive, send)
        return
    async with _room:
        await http(scope, receive, send)
