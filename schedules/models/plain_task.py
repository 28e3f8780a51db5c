"""Plain periodic tasks: those of django-celery-beat that no schedule owns."""

from django.db import models
from django_celery_beat.models import PeriodicTask


class PlainTask(models.Model):
    """When beat looks at a plain PeriodicTask next, and whether it is being sent.

    The database keeps these rows, by triggers: however a PeriodicTask, or the crontab
    or interval it runs on, is written, it is looked at as soon as that is committed.
    """

    periodic_task = models.OneToOneField(
        PeriodicTask,
        # A trigger removes it with its task: Django's collector would look for each.
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        primary_key=True,
        related_name="+",
    )
    # NULL: it will not run again unless it is changed.
    due_at = models.DateTimeField(null=True)
    sending = models.UUIDField(null=True, help_text="The task id of a message on its way.")
    changed = models.BooleanField(db_default=False, help_text="It was changed meanwhile.")

    class Meta:
        indexes = [
            # plain_tasks.claim: what is due, oldest first; and the next due time.
            models.Index(
                fields=["due_at"], name="plain_task_due", condition=models.Q(due_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"plain task {self.periodic_task_id}"
