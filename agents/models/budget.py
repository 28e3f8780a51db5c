"""What owners may spend, and what they have spent."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class Budget(models.Model):
    """A cap on what the runs of an owner, or of one schedule, may spend."""

    class Unit(models.TextChoices):
        TOKENS = "tokens"
        DOLLARS = "dollars"

    class Period(models.TextChoices):
        RUN = "run"
        DAY = "day"
        WEEK = "week"
        MONTH = "month"

    class Action(models.TextChoices):
        SKIP = "skip"
        PAUSE = "pause"
        ALERT = "alert"

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="budgets"
    )
    # Agents know nothing of schedules: a trigger on those deletes their budgets.
    schedule_id = models.BigIntegerField(
        null=True, blank=True, help_text="Empty: for all runs of the owner together."
    )
    unit = models.CharField(max_length=10, choices=Unit.choices)
    period = models.CharField(
        max_length=10,
        choices=Period.choices,
        help_text="Each run, or the last day, 7 days or 30 days before now.",
    )
    # A team's tokens of a month may have ten digits.
    amount = models.DecimalField(max_digits=20, decimal_places=6)
    action = models.CharField(max_length=10, choices=Action.choices, default=Action.SKIP)
    alerted_at = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gte=0), name="budget_not_negative"),
            models.UniqueConstraint(
                fields=["owner", "schedule_id", "unit", "period", "action"],
                nulls_distinct=False,
                name="budget_said_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount.normalize():f} {self.unit} a {self.period}"


class Spending(models.Model):
    """What the attempts of one owner, schedule and model that ended in one hour have spent."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="spending", db_index=False
    )
    # 0: agent tasks that were started on their own.
    schedule_id = models.BigIntegerField()
    model = models.CharField(max_length=200)
    hour = models.DateTimeField()
    runs = models.PositiveIntegerField(default=0)
    input_tokens = models.PositiveBigIntegerField(default=0)
    output_tokens = models.PositiveBigIntegerField(default=0)
    cached_tokens = models.PositiveBigIntegerField(default=0)
    reasoning_tokens = models.PositiveBigIntegerField(default=0)
    llm_calls = models.PositiveIntegerField(default=0)
    tool_calls = models.PositiveIntegerField(default=0)
    # As wide as budgets are.
    cost = models.DecimalField(max_digits=20, decimal_places=6, default=0)
    unpriced_runs = models.PositiveIntegerField(
        default=0, help_text="Runs whose cost is not known and not in `cost`."
    )
    # Budgets count these, too: what nobody knows must not be free.
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

    class Meta:
        verbose_name_plural = "spending"
        constraints = [
            # The upsert at the end of a run; what an owner has spent since an hour.
            models.UniqueConstraint(
                fields=["owner", "hour", "schedule_id", "model"], name="spending_once_per_hour"
            )
        ]
        indexes = [
            # balances: what one schedule has spent since an hour. An hour's row gets into it
            # once: no update of its sums touches what is indexed.
            models.Index(fields=["owner", "schedule_id", "hour"], name="spending_of_schedule"),
            # The console and GET /api/spending: what everybody has spent since an hour.
            models.Index(fields=["hour"], name="spending_of_hour"),
        ]

    def __str__(self) -> str:
        return f"{self.model}, {self.hour:%Y-%m-%d %H}:00 UTC"
