"""The record of changes: what sockets show, and webhooks send."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now


class Change(models.Model):
    """One change of an owner's execution or schedule, or one notification.

    Triggers write it, in the transaction of the change itself (migration 0001): whoever changes
    something, by whatever way, it is here once that is committed, and not otherwise. Nothing ever
    changes a row; what is old is deleted.

    `id` is the sequence that clients resume from. Of one execution the ids are in the order of its
    changes, as each of them holds its row's lock. But they are not in the order of the commits:
    horizon.py says up to where nothing can come in between any more.
    """

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="+",
        db_index=False,
        # A trigger deletes an owner's changes: a foreign key would look the owner up, and lock
        # the row, for each change.
        db_constraint=False,
    )
    # One of events.EVENTS.
    event = models.CharField(max_length=40)
    # What it is about, which may be gone by now.
    execution_id = models.UUIDField(null=True)
    schedule_id = models.BigIntegerField(null=True)
    notification_id = models.BigIntegerField(null=True)
    attempt = models.PositiveIntegerField(db_default=0)
    # The schedule's, as it was then.
    name = models.CharField(max_length=100, blank=True, db_default="")
    reason = models.CharField(max_length=200, blank=True, db_default="")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [
            # What an owner has missed since a number.
            models.Index(fields=["owner", "id"], name="change_of_owner"),
        ]

    def __str__(self) -> str:
        return f"{self.id} {self.event}"
