"""The audit log: one row for each change of what somebody has defined."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now


class Entry(models.Model):
    """One change of one thing, written by a trigger in the transaction of the change itself.

    Whoever changes something, by whatever way, it is here once that is committed, and not
    otherwise (migrations 0002, 0004). Nothing ever changes a row; what is old is deleted. What it
    is about may be gone by now, its owner as well: so there are no foreign keys in the database.
    """

    class Kind(models.TextChoices):
        SCHEDULE = "schedule"
        AGENT = "agent"
        BUDGET = "budget"
        HOOK = "webhook"
        API_KEY = "api_key", "API key"
        STOP = "stop"
        USER = "user"
        GROUP = "group"

    class Action(models.TextChoices):
        CREATED = "created"
        CHANGED = "changed"
        DELETED = "deleted"

    # Whose thing it is, a user's own self; NULL: everybody's, as a stop of the whole system is.
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.DO_NOTHING,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    kind = models.CharField(max_length=10, choices=Kind.choices)
    object_id = models.BigIntegerField()
    # What it was called then.
    name = models.CharField(max_length=200, blank=True)
    action = models.CharField(max_length=10, choices=Action.choices)
    # The name of who did it; empty: nobody, it was the system itself.
    actor = models.CharField(max_length=150, blank=True)
    # How: "API", "console", the name of a command; empty: the system's own doing.
    via = models.CharField(max_length=150, blank=True)
    changes = models.JSONField(help_text="Old and new value by the name of the column.")
    at = models.DateTimeField("when", db_default=Now())

    class Meta:
        verbose_name = "audit log entry"
        verbose_name_plural = "audit log"
        indexes = [
            # The log of an owner, newest first.
            models.Index(fields=["owner", "-id"], name="journal_of_owner"),
            # The history of one thing; the log of one kind.
            models.Index(fields=["kind", "object_id", "-id"], name="journal_of_object"),
            models.Index(fields=["kind", "-id"], name="journal_of_kind"),
            # What somebody did.
            models.Index(fields=["actor", "-id"], name="journal_of_actor"),
            # retention.forget: what is old.
            models.Index(fields=["at"], name="journal_age"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.name} {self.action}"
