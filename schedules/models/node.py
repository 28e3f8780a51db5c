"""The processes of a deployment."""

from django.db import models
from django.db.models.functions import Now


class Node(models.Model):
    """A beat or worker process that has reported itself lately."""

    class Kind(models.TextChoices):
        BEAT = "beat"
        WORKER = "worker"

    name = models.CharField(max_length=200, primary_key=True)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    started_at = models.DateTimeField(db_default=Now())
    seen_at = models.DateTimeField(db_default=Now())
    running = models.PositiveIntegerField(db_default=0)

    def __str__(self) -> str:
        return self.name
