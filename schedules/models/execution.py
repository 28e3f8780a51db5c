"""The ledger: fields, constraints, indexes; each index names its query."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Least, Now

from agents.models import Agent, AgentTask
from schedules.models.schedule import Schedule
from schedules.states import ACTIVE, FINAL, State

STATE_CHOICES = [(state.value, state.name.capitalize()) for state in State]
# Ended, and not well.
NOTEWORTHY = tuple(state.value for state in FINAL if state != State.SUCCESS)


class Execution(models.Model):
    """The ledger row of one occurrence, or of one run started by hand.

    It carries its own orders (agent, command, limits), copied when it was
    recorded: an edit or a deletion of the schedule never rewrites history.
    """

    class Trigger(models.TextChoices):
        TIMER = "timer"
        MANUAL = "manual"
        BACKFILL = "backfill"
        AGENT_TASK = "agent_task"

    # uuid7: sorts by the database's time of recording, so newest first is "-id".
    id = models.UUIDField(primary_key=True, editable=False)
    # What these refer to is kept by triggers on the other side (migration 0004): a foreign
    # key would look three rows up, and lock them, for every execution, a fifth of all that
    # a dispatch costs. Whoever inserts holds a lock under which they exist.
    # The history's indexes begin with the first two: they need none of their own.
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="executions",
        db_index=False,
        db_constraint=False,
    )
    schedule = models.ForeignKey(
        Schedule,
        null=True,
        # A trigger forgets it, and remembers its number.
        on_delete=models.DO_NOTHING,
        related_name="executions",
        db_index=False,
        db_constraint=False,
    )
    former_schedule_id = models.BigIntegerField(
        null=True, help_text="Whose occurrence it was, once that schedule is deleted."
    )
    schedule_name = models.CharField(max_length=100, blank=True, db_default="")
    agent = models.ForeignKey(
        Agent,
        null=True,
        on_delete=models.SET_NULL,
        related_name="executions",
        db_constraint=False,
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
    # Of the first attempt, and of the latest.
    first_started_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)
    deadline_at = models.DateTimeField(null=True)
    cancel_requested_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    input_tokens = models.PositiveBigIntegerField(db_default=0)
    output_tokens = models.PositiveBigIntegerField(db_default=0)
    cached_tokens = models.PositiveBigIntegerField(db_default=0)
    reasoning_tokens = models.PositiveBigIntegerField(db_default=0)
    llm_calls = models.PositiveIntegerField(db_default=0)
    tool_calls = models.PositiveIntegerField(db_default=0)
    cost = models.DecimalField(
        null=True, max_digits=14, decimal_places=6, help_text="In US dollars, as far as known."
    )
    # What its budgets count although nobody has reported it.
    estimated_tokens = models.PositiveBigIntegerField(
        db_default=0,
        help_text="Of calls that did not come back, of providers that do not say, and of lost "
        "workers: an estimate, besides the tokens above.",
    )
    estimated_cost = models.DecimalField(
        max_digits=20,
        decimal_places=6,
        db_default=0,
        help_text="In US dollars, besides `cost`: of those, and where the cost is not known.",
    )
    # What budgets hold back for it while it runs: up to all that they have, so as wide as theirs.
    reserved_tokens = models.PositiveBigIntegerField(db_default=0)
    reserved_cost = models.DecimalField(max_digits=20, decimal_places=6, db_default=0)
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
            # recover.recover: running ones whose lease or deadline is past.
            models.Index(
                Least("lease_until", "deadline_at"),
                name="execution_overdue",
                condition=Q(state="running"),
            ),
            # policies: what is active of a schedule.
            models.Index(
                fields=["schedule", "scheduled_for"],
                name="execution_active",
                condition=Q(state__in=ACTIVE),
            ),
            # reservations: what is held back for the runs of an owner, or of one schedule. Runs
            # without budgets never get into it.
            models.Index(
                fields=["owner", "schedule"],
                name="execution_reserved",
                condition=Q(state="running") & (Q(reserved_tokens__gt=0) | Q(reserved_cost__gt=0)),
            ),
            # services.backfill: what was made up for already; what ran by the timer, its own
            # unique index knows.
            models.Index(
                fields=["schedule", "scheduled_for"],
                name="execution_backfilled",
                condition=Q(trigger="backfill"),
            ),
            # GET .../{id}/executions and /api/executions: newest first.
            models.Index(fields=["schedule", "-id"], name="execution_of_schedule"),
            models.Index(fields=["owner", "-id"], name="execution_of_owner"),
            # GET /api/executions?former_schedule=: of a schedule that is deleted, newest first.
            models.Index(
                fields=["former_schedule_id", "-id"],
                name="execution_of_former",
                condition=Q(former_schedule_id__isnull=False),
            ),
            # The admin's list by state: what went wrong, newest first. What went well is most of
            # the ledger, and found without an index; it never gets into this one.
            models.Index(
                fields=["state", "-id"],
                name="execution_noteworthy",
                condition=Q(state__in=NOTEWORTHY),
            ),
            # The admin's list by why it failed, likewise; which states errors are of, PostgreSQL
            # knows from statistics (migration 0018).
            models.Index(
                fields=["error_type", "-id"],
                name="execution_failed_why",
                condition=~Q(error_type=""),
            ),
            # The admin's list by trigger, likewise.
            models.Index(
                fields=["trigger", "-id"], name="execution_by_hand", condition=~Q(trigger="timer")
            ),
            # status: outcomes of the last 24 hours, of everybody or of one owner.
            models.Index(
                fields=["finished_at", "state", "owner"],
                name="execution_ended",
                condition=Q(finished_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.schedule_name or 'agent task'} {self.scheduled_for:%Y-%m-%d %H:%M:%S}"


class Attempt(models.Model):
    """One try of an execution and the agent task that it ran."""

    class Trigger(models.TextChoices):
        TIMER = "timer"
        MANUAL = "manual"
        BACKFILL = "backfill"
        AGENT_TASK = "agent_task"
        RETRY = "retry"
        # The attempt before was parked; all that it asked for is decided.
        RESUMED = "resumed"

    execution = models.ForeignKey(
        Execution, on_delete=models.CASCADE, related_name="attempts", db_index=False
    )
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
