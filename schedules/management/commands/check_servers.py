from typing import Any

import redis
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand
from django.db import OperationalError, connection

from schedules import broker


class Command(BaseCommand):
    """See whether the configured servers answer, before anything is started on them."""

    help = "Check that DATABASE_URL and REDIS_URL lead to servers that answer."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            connection.ensure_connection()
        except OperationalError as error:
            reason = " ".join(str(error).split())
            raise ImproperlyConfigured(f"DATABASE_URL leads to no database: {reason}") from None
        try:
            broker.client().ping()
        except (redis.RedisError, ValueError) as error:
            raise ImproperlyConfigured(f"REDIS_URL leads to no Redis: {error}") from None
