"""Agent runs and what was recorded of them."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from agents.models.agent import Agent
from scheduler_project.ids import uuid7


class AgentTask(models.Model):
    """One agent run: command in, result and usage out."""

    class State(models.TextChoices):
        PENDING = "pending"
        RUNNING = "running"
        # Somebody has to decide; it goes on under the same id.
        WAITING = "waiting"
        SUCCESS = "success"
        FAILED = "failed"
        CANCELLED = "cancelled"
        # Somebody had to decide; the next attempt of its execution goes on from there.
        PARKED = "parked"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="agent_tasks"
    )
    # The record of a run outlives its agent.
    agent = models.ForeignKey(Agent, null=True, on_delete=models.SET_NULL, related_name="tasks")
    command = models.TextField()
    model = models.CharField(max_length=200, blank=True, db_default="")
    state = models.CharField(max_length=20, choices=State.choices, db_default=State.PENDING)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    result = models.TextField(blank=True, db_default="")
    input_tokens = models.PositiveBigIntegerField(db_default=0)
    output_tokens = models.PositiveBigIntegerField(db_default=0)
    cached_tokens = models.PositiveBigIntegerField(
        db_default=0, help_text="Of the input tokens, those read from the provider's cache."
    )
    reasoning_tokens = models.PositiveBigIntegerField(
        db_default=0, help_text="Of the output tokens, those spent on thinking."
    )
    llm_calls = models.PositiveIntegerField(db_default=0)
    tool_calls = models.PositiveIntegerField(db_default=0)
    cost = models.DecimalField(
        null=True,
        max_digits=14,
        decimal_places=6,
        help_text="In US dollars; empty where the price of a model that was used is not known.",
    )
    error_type = models.CharField(max_length=50, blank=True, db_default="")
    error_message = models.TextField(blank=True, db_default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    state__in=["pending", "running", "waiting"], finished_at__isnull=True
                )
                | models.Q(
                    state__in=["success", "failed", "cancelled", "parked"],
                    finished_at__isnull=False,
                ),
                name="agent_task_finished_at_when_final",
            )
        ]
        indexes = [
            # GET /api/agent-tasks: an owner's tasks, newest first (the id is made of its time).
            models.Index(fields=["owner", "-id"], name="agent_task_history"),
        ]

    def __str__(self) -> str:
        return f"{self.id} ({self.state})"
