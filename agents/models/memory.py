"""What agents remember from one run to the next."""

from django.conf import settings
from django.db import models


class Memory(models.Model):
    """A value that the runs of one scope, such as a schedule, keep under a key."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memories"
    )
    scope = models.CharField(max_length=50)
    key = models.CharField(max_length=100)
    value = models.TextField(max_length=10_000)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name_plural = "memories"
        constraints = [
            models.UniqueConstraint(fields=["scope", "key"], name="memory_once_per_scope")
        ]

    def __str__(self) -> str:
        return f"{self.scope}: {self.key}"
