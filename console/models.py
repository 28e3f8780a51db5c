"""What the console itself keeps: how far jobs with many rows have come."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

MOST_SENTENCES = 50


class Job(models.Model):
    """Something that somebody does with many rows; each chunk is written with what it did.

    `before` is the id of the last row that was taken: the newest are taken first.
    """

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    name = models.CharField(max_length=100, help_text="What is done, and a word of its own.")
    before = models.CharField(max_length=36, blank=True, default="")
    seen = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    refusals = models.PositiveIntegerField(default=0)
    refused = models.JSONField(default=list)
    over = models.BooleanField(default=False)
    begun_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "name"], name="job_once_per_owner"),
        ]
        indexes = [
            # progress.turn: what is old is forgotten.
            models.Index(fields=["begun_at"], name="job_age"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def shown(self) -> dict[str, Any]:
        """What a page says of it."""
        names = ("before", "seen", "done", "refusals", "refused", "over")
        return {name: getattr(self, name) for name in names}

    def add(self, rows: Sequence[Any], done: int, refusals: Sequence[str], *, over: bool) -> None:
        """Some more rows; a sentence that says the same of several is kept once."""
        self.before = str(rows[-1].pk) if rows else self.before
        self.seen += len(rows)
        self.done += done
        self.refusals += len(rows) - done
        self.refused = list(dict.fromkeys([*self.refused, *refusals]))[:MOST_SENTENCES]
        self.over = over
