"""The web process: `uvicorn scheduler_project.asgi:application`."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "scheduler_project.settings")
# Under ASGI every request has a thread, and so a connection, of its own: one
# that outlived its request would never be found again.
os.environ.setdefault("DATABASE_CONNECTION_AGE", "0")

application = get_asgi_application()
