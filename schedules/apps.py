from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_delete, post_migrate, pre_migrate


class SchedulesConfig(AppConfig):
    name = "schedules"

    def ready(self) -> None:
        """However a schedule is deleted, its owner's deletion included, its row goes with it.

        And migrations take the time that they need: an index of a long ledger is no statement that
        has gone astray.
        """
        from schedules import periodic_tasks
        from schedules.models import Schedule

        def remove(instance: Schedule, **_: Any) -> None:
            periodic_tasks.remove([instance])

        post_delete.connect(remove, sender=Schedule, weak=False)
        pre_migrate.connect(_without_timeout, sender=self)
        post_migrate.connect(_with_timeout, sender=self)


def _without_timeout(using: str, **_: Any) -> None:
    with connections[using].cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")


def _with_timeout(using: str, **_: Any) -> None:
    with connections[using].cursor() as cursor:
        cursor.execute("RESET statement_timeout")
