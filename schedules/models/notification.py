"""What owners are told of without having asked."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from schedules.models.schedule import Schedule


class Notification(models.Model):
    """One message to an owner, until they mark it as read."""

    class Kind(models.TextChoices):
        # After too many failures in a row, by a budget, or as its times cannot be computed.
        SCHEDULE_PAUSED = "schedule_paused"
        # A run goes on that a budget would not have afforded.
        BUDGET_ALERT = "budget_alert"
        # A run waits until somebody has approved or denied the call of a tool.
        APPROVAL_NEEDED = "approval_needed"
        # A webhook failed for so long that it was switched off.
        HOOK_DISABLED = "hook_disabled"

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="notifications",
        db_index=False,
    )
    schedule = models.ForeignKey(
        Schedule, null=True, on_delete=models.SET_NULL, related_name="notifications"
    )
    kind = models.CharField(max_length=30, choices=Kind.choices)
    message = models.TextField()
    created_at = models.DateTimeField(db_default=Now())
    read_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            # GET /api/notifications: newest first.
            models.Index(fields=["owner", "-id"], name="notification_of_owner"),
        ]

    def __str__(self) -> str:
        return self.message
