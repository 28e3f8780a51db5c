"""Schedules: fields, constraints, indexes; each index names its query."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django_celery_beat.models import PeriodicTask

from agents.models import Agent


class Schedule(models.Model):
    """An owner's standing order: agent + command + recurrence + policies."""

    class Type(models.TextChoices):
        CRON = "cron"
        INTERVAL = "interval"
        ONCE = "once"
        MANUAL = "manual"

    class Unit(models.TextChoices):
        SECONDS = "seconds"
        MINUTES = "minutes"
        HOURS = "hours"
        DAYS = "days"

    class Overlap(models.TextChoices):
        SKIP = "skip"
        BUFFER_ONE = "buffer_one"
        BUFFER_ALL = "buffer_all"
        CANCEL_OTHER = "cancel_other"
        ALLOW = "allow"

    class Missed(models.TextChoices):
        LATEST = "latest"
        ALL = "all"
        NONE = "none"

    # The unique index of names begins with it: it needs none of its own.
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="schedules",
        db_index=False,
    )
    name = models.CharField(max_length=100)
    description = models.TextField(blank=True, default="", max_length=2000)
    agent = models.ForeignKey(Agent, on_delete=models.RESTRICT, related_name="schedules")
    command = models.TextField(max_length=20_000)

    schedule_type = models.CharField(max_length=10, choices=Type.choices)
    cron_expression = models.CharField(max_length=200, blank=True, default="")
    interval_value = models.PositiveIntegerField(null=True, blank=True)
    interval_unit = models.CharField(max_length=10, choices=Unit.choices, blank=True, default="")
    run_at = models.DateTimeField(null=True, blank=True)
    timezone = models.CharField(max_length=64, default="UTC")
    start_at = models.DateTimeField(null=True, blank=True)
    end_at = models.DateTimeField(null=True, blank=True)
    max_runs = models.PositiveIntegerField(null=True, blank=True)
    # Where an interval's phase counts from: start_at, else when its timing was last set.
    anchor_at = models.DateTimeField(editable=False)

    enabled = models.BooleanField(default=True)
    note = models.TextField(
        blank=True, default="", max_length=500, help_text="Why it is switched off."
    )
    overlap_policy = models.CharField(max_length=20, choices=Overlap.choices, default=Overlap.SKIP)
    missed_policy = models.CharField(max_length=20, choices=Missed.choices, default=Missed.LATEST)
    misfire_grace_seconds = models.PositiveIntegerField(default=300)
    max_attempts = models.PositiveSmallIntegerField(
        default=1,
        help_text="1 never repeats a command: a run whose worker died is reported, not run again.",
    )
    retry_backoff_seconds = models.PositiveIntegerField(default=30)
    timeout_seconds = models.PositiveIntegerField(default=600)
    jitter_seconds = models.PositiveIntegerField(
        default=0, help_text="Each run starts up to so much later, at random: spreads a crowd."
    )
    pause_after_failures = models.PositiveSmallIntegerField(
        default=10,
        help_text="Failed runs in a row after which it is switched off; 0 never does that.",
    )

    next_run_at = models.DateTimeField(null=True, editable=False)
    last_run_at = models.DateTimeField(null=True, editable=False)
    last_state = models.CharField(max_length=10, blank=True, default="", editable=False)
    run_count = models.PositiveIntegerField(default=0, editable=False)
    consecutive_failures = models.PositiveIntegerField(default=0, editable=False)
    periodic_task = models.OneToOneField(
        PeriodicTask, on_delete=models.PROTECT, related_name="schedule_owner", editable=False
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = "scheduled command"
        constraints = [
            models.UniqueConstraint(fields=["owner", "name"], name="schedule_name_per_owner"),
            models.CheckConstraint(
                condition=Q(enabled=True) | Q(next_run_at__isnull=True),
                name="schedule_disabled_is_never_due",
            ),
            models.CheckConstraint(
                condition=Q(schedule_type="cron", interval_value=None, run_at=None)
                & ~Q(cron_expression="")
                # Not null, too: a CHECK lets through what it cannot decide.
                | Q(schedule_type="interval", cron_expression="", run_at=None)
                & Q(interval_value__isnull=False, interval_value__gte=1)
                | Q(schedule_type="once", cron_expression="", interval_value=None)
                & Q(run_at__isnull=False)
                | Q(schedule_type="manual", cron_expression="", interval_value=None, run_at=None),
                name="schedule_has_one_timing",
            ),
            models.CheckConstraint(
                condition=Q(max_attempts__gte=1, timeout_seconds__gte=1),
                name="schedule_limits_positive",
            ),
        ]
        indexes = [
            # dispatch.tick: what is due, oldest first; and the next due time.
            models.Index(
                fields=["next_run_at"],
                name="schedule_due",
                condition=Q(next_run_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.name
