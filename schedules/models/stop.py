"""Stops: while one stands, nothing of an owner, or of anybody, is started."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now


class Stop(models.Model):
    """Everything of its owner stands still while this row exists; without an owner, everything."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
        help_text="Whose runs stand still; empty: everybody's.",
    )
    by_staff = models.BooleanField(
        default=True, editable=False, help_text="Only staff can lift it; else the owner can."
    )
    note = models.CharField(max_length=200, blank=True, default="", help_text="Why.")
    stopped_by = models.CharField(max_length=150, blank=True, default="", editable=False)
    stopped_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "by_staff"], nulls_distinct=False, name="stop_once_per_owner"
            )
        ]

    def __str__(self) -> str:
        return f"everything of {self.owner}" if self.owner_id else "everything"
