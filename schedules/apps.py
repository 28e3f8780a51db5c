from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_delete


class SchedulesConfig(AppConfig):
    name = "schedules"

    def ready(self) -> None:
        """However a schedule is deleted, its owner's deletion included, its row goes with it."""
        from schedules import periodic_tasks
        from schedules.models import Schedule

        def remove(instance: Schedule, **_: Any) -> None:
            periodic_tasks.remove([instance])

        post_delete.connect(remove, sender=Schedule, weak=False)
