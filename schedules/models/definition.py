"""How schedules were defined in the past: what an audit of the ledger is held against."""

from django.conf import settings
from django.db import models

from schedules.models.schedule import Schedule


class Definition(models.Model):
    """When a schedule was to run, from `since` until its next definition.

    `next_run_at` is the first occurrence under it, none if it was switched off, had ended
    or was deleted. Rows are only ever added, and outlive their schedule.
    """

    # As on the ledger: a trigger on the users' table keeps it (migration 0005).
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_constraint=False
    )
    schedule_id = models.BigIntegerField()
    schedule_name = models.CharField(max_length=100)
    since = models.DateTimeField()
    schedule_type = models.CharField(max_length=10, choices=Schedule.Type.choices)
    cron_expression = models.CharField(max_length=200, blank=True)
    interval_value = models.PositiveIntegerField(null=True)
    interval_unit = models.CharField(max_length=10, blank=True)
    run_at = models.DateTimeField(null=True)
    timezone = models.CharField(max_length=64)
    anchor_at = models.DateTimeField()
    end_at = models.DateTimeField(null=True)
    next_run_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            # audit: each schedule's definitions, in the order in which they held.
            models.Index(fields=["schedule_id", "id"], name="definition_of_schedule"),
            # Admin: runs of deleted schedules, by how their last names begin.
            models.Index(
                fields=["schedule_name"],
                name="definition_by_name",
                opclasses=["varchar_pattern_ops"],
                condition=models.Q(next_run_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.schedule_name} since {self.since:%Y-%m-%d %H:%M:%S}"
