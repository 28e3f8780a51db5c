"""The web process: `uvicorn scheduler_project.asgi:application`."""

import os
from importlib import import_module
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "scheduler_project.settings")
django.setup(set_prefix=False)

# They need the apps and settings that are loaded above.
from django.conf import settings  # noqa: E402

from scheduler_project import collector, quiet, sockets  # noqa: E402
from scheduler_project.body_limit import BodyLimit  # noqa: E402
from scheduler_project.web import Handler  # noqa: E402

# A crowd waits here, not for PostgreSQL's last connection, which beats and workers need.
REQUESTS_AT_ONCE = 40
# The views, which would otherwise be loaded by whoever comes first.
import_module(settings.ROOT_URLCONF)
collector.spare(collector.CYCLES)
quiet.web_server()
http = BodyLimit(Handler(REQUESTS_AT_ONCE), settings.DATA_UPLOAD_MAX_MEMORY_SIZE)


async def application(scope: Any, receive: Any, send: Any) -> None:
    """Requests go to Django; WebSockets stay, and share one connection to the database."""
    await (sockets.application if scope["type"] == "websocket" else http)(scope, receive, send)
