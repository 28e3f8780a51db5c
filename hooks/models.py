"""Outgoing webhooks: who wants to hear of what, and the outbox of what is to be sent."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class Hook(models.Model):
    """An owner's URL, and the events that are sent to it.

    Nothing but its primary key is unique: the change of a column that a foreign key could refer to
    would lock out the trigger that writes deliveries (migration 0002).
    """

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="hooks"
    )
    name = models.CharField(max_length=100)
    url = models.CharField(max_length=2000, help_text="Where events are sent, by POST.")
    events = models.JSONField(
        help_text='Names of events, "execution.*" for all of a kind, or "*" for all.'
    )
    # A trigger looks at it: no key leads from one app to the other.
    schedule_id = models.BigIntegerField(
        null=True, blank=True, help_text="Only what this schedule and its runs do; empty: all."
    )
    enabled = models.BooleanField(default=True)
    disabled_reason = models.CharField(max_length=200, blank=True, default="", editable=False)
    # Sealed; the former one signs as well until then.
    secret = models.TextField(editable=False)
    former_secret = models.TextField(blank=True, default="", editable=False)
    former_until = models.DateTimeField(null=True, editable=False)
    # Attempts of any delivery that have failed since the last one that did not, and since when.
    consecutive_failures = models.PositiveIntegerField(db_default=0, editable=False)
    failing_since = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    # Of the last edit; deliveries leave it alone.
    updated_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = "webhook"
        constraints = [
            models.CheckConstraint(condition=~Q(events=[]), name="hook_wants_something"),
            models.CheckConstraint(
                condition=Q(consecutive_failures=0, failing_since__isnull=True)
                | Q(consecutive_failures__gt=0, failing_since__isnull=False),
                name="hook_failing_since_it_fails",
            ),
            models.CheckConstraint(
                condition=Q(enabled=False) | Q(disabled_reason=""),
                name="hook_on_without_a_reason_to_be_off",
            ),
            models.CheckConstraint(
                condition=Q(former_secret="", former_until__isnull=True)
                | ~Q(former_secret="") & Q(former_until__isnull=False),
                name="hook_former_secret_ends",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Delivery(models.Model):
    """One change that one hook wants to hear of, and how telling it goes.

    A trigger writes it in the transaction of the change itself (migration 0002), with all that
    it says of the change, as changes are kept for a shorter time.
    """

    class State(models.TextChoices):
        PENDING = "pending"
        SENDING = "sending"
        DELIVERED = "delivered"
        FAILED = "failed"
        # Its hook was switched off.
        DROPPED = "dropped"

    OPEN = (State.PENDING, State.SENDING)
    OVER = (State.DELIVERED, State.FAILED, State.DROPPED)

    # Kept by triggers: a foreign key would look the hook up for each change, and fail the
    # transaction of a change whose hook is just being deleted.
    hook = models.ForeignKey(
        Hook,
        on_delete=models.DO_NOTHING,
        related_name="deliveries",
        db_constraint=False,
        db_index=False,
    )
    # NULL: a ping, which no change has caused.
    change_id = models.BigIntegerField(null=True)
    event = models.CharField(max_length=40)
    data = models.JSONField()
    occurred_at = models.DateTimeField(db_default=Now())
    state = models.CharField(max_length=10, choices=State.choices, db_default=State.PENDING.value)
    attempt = models.PositiveIntegerField(
        db_default=0, help_text="The fence: what a courier records carries it."
    )
    failures = models.PositiveIntegerField(
        db_default=0, help_text="Attempts that failed, since it was last sent again by hand."
    )
    # Pending: when to send it. Sending: until then its courier has it, and anybody afterwards.
    due_at = models.DateTimeField(null=True, db_default=Now())
    sent_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    # Of the latest attempt.
    status = models.PositiveSmallIntegerField(null=True)
    error = models.CharField(max_length=500, blank=True, db_default="")
    answer = models.CharField(max_length=1000, blank=True, db_default="")
    duration_ms = models.PositiveIntegerField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name_plural = "deliveries"
        constraints = [
            models.UniqueConstraint(fields=["hook", "change_id"], name="delivery_once_per_change"),
            models.CheckConstraint(
                condition=Q(
                    state__in=["pending", "sending"], finished_at__isnull=True, due_at__isnull=False
                )
                | Q(
                    state__in=["delivered", "failed", "dropped"],
                    finished_at__isnull=False,
                    due_at__isnull=True,
                ),
                name="delivery_due_until_it_is_over",
            ),
            models.CheckConstraint(
                condition=~Q(state="sending") | Q(attempt__gte=1, sent_at__isnull=False),
                name="delivery_sending_is_an_attempt",
            ),
        ]
        indexes = [
            # claims.waiting and claims.take: what is due, hook by hook.
            models.Index(
                fields=["hook", "due_at"], name="delivery_due", condition=Q(state="pending")
            ),
            # claims.take: how many a hook has on the way; claims.recover: whose courier is lost.
            models.Index(
                fields=["hook", "due_at"], name="delivery_on_its_way", condition=Q(state="sending")
            ),
            # retention.forget: what has been over for long.
            models.Index(
                fields=["finished_at"],
                name="delivery_over",
                condition=Q(finished_at__isnull=False),
            ),
            # GET .../deliveries: newest first; and those of one state.
            models.Index(fields=["hook", "-id"], name="delivery_of_hook"),
            models.Index(fields=["hook", "state", "-id"], name="delivery_of_hook_by_state"),
        ]

    @property
    def owner_id(self) -> int:
        """Of its webhook's owner."""
        return self.hook.owner_id

    def __str__(self) -> str:
        return f"{self.event} ({self.state})"
