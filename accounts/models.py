"""What programs sign in with, and the answers that they may ask for again."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now


class ApiKey(models.Model):
    """A personal key: it acts as its owner, as far as its scope goes, until it expires.

    `public` finds it and may be seen; of the secret behind it only the hash is kept, so that
    whoever reads this table cannot sign in.
    """

    class Scope(models.TextChoices):
        READ = "read"
        WRITE = "write"

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="api_keys"
    )
    name = models.CharField(max_length=100)
    scope = models.CharField(max_length=10, choices=Scope.choices, default=Scope.READ)
    public = models.CharField(max_length=20, unique=True, editable=False)
    # SHA-256, unsalted: the secret is 256 random bits, which nobody guesses.
    hashed = models.CharField(max_length=64, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    expires_at = models.DateTimeField()
    # To the minute: not every request is worth a write.
    last_used_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = "API key"
        verbose_name_plural = "API keys"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("created_at")),
                name="api_key_expires_after_its_creation",
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.public})"


class Replay(models.Model):
    """The answer to a POST that came with an Idempotency-Key, for a day."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    key = models.CharField(max_length=255)
    # SHA-256 of method, address and body.
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    # Sealed, as answers may hold what is shown once only.
    answer = models.TextField(blank=True, db_default="")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "key"], name="one_answer_for_each_key")
        ]
        indexes = [
            # What is old is forgotten.
            models.Index(fields=["created_at"], name="replay_age"),
        ]

    def __str__(self) -> str:
        return self.key
