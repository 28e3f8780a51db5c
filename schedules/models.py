"""Schedules and their ledger: fields, constraints, indexes; each index names its query."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django_celery_beat.models import PeriodicTask

from agents.models import Agent, AgentTask
from schedules.states import ACTIVE, FINAL, State

STATE_CHOICES = [(state.value, state.name.capitalize()) for state in State]


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

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="schedules"
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
                | Q(
                    schedule_type="interval", cron_expression="", run_at=None, interval_value__gte=1
                )
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


class Execution(models.Model):
    """The ledger row of one occurrence, or of one run started by hand.

    It carries its own orders (agent, command, limits), copied when it was
    recorded: an edit or a deletion of the schedule never rewrites history.
    """

    class Trigger(models.TextChoices):
        TIMER = "timer"
        MANUAL = "manual"
        AGENT_TASK = "agent_task"

    # uuid7: sorts by the database's time of recording, so newest first is "-id".
    id = models.UUIDField(primary_key=True, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="executions"
    )
    schedule = models.ForeignKey(
        Schedule, null=True, on_delete=models.SET_NULL, related_name="executions"
    )
    schedule_name = models.CharField(max_length=100, blank=True, db_default="")
    agent = models.ForeignKey(
        Agent, null=True, on_delete=models.SET_NULL, related_name="executions"
    )
    command = models.TextField()
    max_attempts = models.PositiveSmallIntegerField(db_default=1)
    retry_backoff_seconds = models.PositiveIntegerField(db_default=30)
    timeout_seconds = models.PositiveIntegerField(db_default=600)

    trigger = models.CharField(max_length=10, choices=Trigger.choices)
    scheduled_for = models.DateTimeField(db_default=Now())
    coalesced_count = models.PositiveIntegerField(
        db_default=0, help_text="Earlier occurrences that this row also accounts for."
    )
    state = models.CharField(max_length=10, choices=STATE_CHOICES, db_default=State.PENDING.value)
    reason = models.CharField(max_length=200, blank=True, db_default="")

    queued_at = models.DateTimeField(db_default=Now())
    # Claimable from this time on; NULL while buffered behind another run of the schedule.
    not_before = models.DateTimeField(null=True, db_default=Now())
    # When this pending execution should next be put on the queue.
    publish_at = models.DateTimeField(null=True, db_default=Now())
    attempt = models.PositiveIntegerField(
        db_default=0, help_text="The fence: every write of a worker carries it."
    )
    failures = models.PositiveSmallIntegerField(
        db_default=0, help_text="Attempts that count against max_attempts."
    )
    worker = models.CharField(max_length=200, blank=True, db_default="")
    started_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)
    deadline_at = models.DateTimeField(null=True)
    cancel_requested_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    input_tokens = models.PositiveBigIntegerField(db_default=0)
    output_tokens = models.PositiveBigIntegerField(db_default=0)
    llm_calls = models.PositiveIntegerField(db_default=0)
    result_summary = models.CharField(max_length=200, blank=True, db_default="")
    error_type = models.CharField(max_length=50, blank=True, db_default="")
    error_message = models.TextField(blank=True, db_default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["schedule", "scheduled_for"],
                condition=Q(trigger="timer"),
                name="execution_once_per_occurrence",
            ),
            models.CheckConstraint(
                condition=Q(state__in=ACTIVE, finished_at__isnull=True)
                | Q(state__in=FINAL, finished_at__isnull=False),
                name="execution_finished_at_when_final",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.RUNNING)
                | Q(started_at__isnull=False, attempt__gte=1, lease_until__isnull=False),
                name="execution_running_is_leased",
            ),
        ]
        indexes = [
            # recover.republish: pending ones whose message may be lost.
            models.Index(
                fields=["publish_at"],
                name="execution_to_publish",
                condition=Q(state="pending", publish_at__isnull=False),
            ),
            # recover.expired: running ones whose lease or deadline is past.
            models.Index(
                fields=["lease_until"], name="execution_lease", condition=Q(state="running")
            ),
            # policies: what is active of a schedule.
            models.Index(
                fields=["schedule", "scheduled_for"],
                name="execution_active",
                condition=Q(state__in=ACTIVE),
            ),
            # GET .../{id}/executions and /api/executions: newest first.
            models.Index(fields=["schedule", "-id"], name="execution_of_schedule"),
            models.Index(fields=["owner", "-id"], name="execution_of_owner"),
            # status: outcomes of the last 24 hours.
            models.Index(fields=["finished_at", "state"], name="execution_finished"),
        ]

    @property
    def lateness(self) -> timedelta | None:
        """From the planned time to the start of the latest attempt; None if it never started."""
        return self.started_at - self.scheduled_for if self.started_at else None

    @property
    def duration(self) -> timedelta | None:
        """How long the latest attempt took; None while it runs or if it never started."""
        if self.started_at is None or self.finished_at is None:
            return None
        return self.finished_at - self.started_at

    def __str__(self) -> str:
        return f"{self.schedule_name or 'agent task'} {self.scheduled_for:%Y-%m-%d %H:%M:%S}"


class Attempt(models.Model):
    """One try of an execution and the agent task that it ran."""

    class Trigger(models.TextChoices):
        TIMER = "timer"
        MANUAL = "manual"
        AGENT_TASK = "agent_task"
        RETRY = "retry"

    execution = models.ForeignKey(Execution, on_delete=models.CASCADE, related_name="attempts")
    number = models.PositiveIntegerField()
    trigger = models.CharField(max_length=20, choices=Trigger.choices)
    worker = models.CharField(max_length=200, blank=True, db_default="")
    agent_task = models.OneToOneField(AgentTask, on_delete=models.CASCADE, related_name="attempt")

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["execution", "number"], name="attempt_number_once")
        ]

    def __str__(self) -> str:
        return f"{self.execution_id} attempt {self.number}"


class Node(models.Model):
    """A beat or worker process that has reported itself lately."""

    class Kind(models.TextChoices):
        BEAT = "beat"
        WORKER = "worker"

    name = models.CharField(max_length=200, primary_key=True)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    started_at = models.DateTimeField(db_default=Now())
    seen_at = models.DateTimeField(db_default=Now())
    running = models.PositiveIntegerField(db_default=0)

    def __str__(self) -> str:
        return self.name
