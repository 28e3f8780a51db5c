"""Runs that wait until somebody has decided, and what they ask."""

import json

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from schedules.models.execution import Execution


class Parking(models.Model):
    """An attempt that stands still: what its execution's next attempt goes on from."""

    execution = models.ForeignKey(
        Execution, on_delete=models.CASCADE, related_name="parkings", db_index=False
    )
    attempt = models.PositiveIntegerField()
    messages = models.BinaryField(
        null=True, help_text="The runner's; empty once they are taken up, or never will be."
    )
    parked_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField(
        null=True, help_text="What is not decided by then is denied; empty once all is decided."
    )

    class Meta:
        constraints = [
            # approvals.take: what the attempt before has left.
            models.UniqueConstraint(
                fields=["execution", "attempt"], name="parking_once_per_attempt"
            )
        ]
        indexes = [
            # approvals.expire: what nobody has decided in time.
            models.Index(
                fields=["expires_at"],
                name="parking_to_expire",
                condition=Q(expires_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.execution_id} attempt {self.attempt}"


class ApprovalQuerySet(models.QuerySet["Approval"]):
    """Approvals with what they are asked for."""

    def with_runs(self) -> "ApprovalQuerySet":
        """With their parkings and executions, but for what is long: messages, texts."""
        texts = ("command", "error_message")
        return self.select_related("parking__execution").defer(
            "parking__messages", *(f"parking__execution__{name}" for name in texts)
        )


class Approval(models.Model):
    """A call of a tool that somebody has to approve, and what became of that."""

    class State(models.TextChoices):
        WAITING = "waiting"
        APPROVED = "approved"
        DENIED = "denied"
        # Denied, as nobody has decided in time.
        EXPIRED = "expired"
        # The run was cancelled, or its budget let it not go on.
        WITHDRAWN = "withdrawn"

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="approvals",
        db_index=False,
    )
    parking = models.ForeignKey(
        Parking, on_delete=models.CASCADE, related_name="approvals", db_index=False
    )
    call_id = models.TextField(help_text="The model's own for this call.")
    tool = models.TextField()
    arguments = models.JSONField()
    state = models.CharField(max_length=10, choices=State.choices, db_default=State.WAITING)
    note = models.CharField(
        max_length=500, blank=True, db_default="", help_text="For the model, where it is denied."
    )
    decided_by = models.CharField(max_length=150, blank=True, db_default="")
    decided_at = models.DateTimeField(null=True)

    objects = ApprovalQuerySet.as_manager()

    class Meta:
        constraints = [
            # Also for all approvals of a parking.
            models.UniqueConstraint(fields=["parking", "call_id"], name="approval_once_per_call"),
            models.CheckConstraint(
                condition=Q(state="waiting", decided_at__isnull=True)
                | (~Q(state="waiting") & Q(decided_at__isnull=False)),
                name="approval_decided_at_when_decided",
            ),
        ]
        indexes = [
            # GET /api/approvals: an owner's, newest first.
            models.Index(fields=["owner", "-id"], name="approval_of_owner"),
            # GET /api/approvals?state=waiting: what an owner has to decide.
            models.Index(
                fields=["owner", "-id"],
                name="approval_to_decide",
                condition=Q(state="waiting"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.tool} ({self.state})"

    @property
    def written(self) -> str:
        """The arguments, all of them: nobody shall approve what they have not seen."""
        return json.dumps(self.arguments, indent=2, ensure_ascii=False)
