"""Agents and their runs: fields, constraints, indexes."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from scheduler_project.ids import uuid7


class Agent(models.Model):
    """Who runs a command: a runner kind, a model, instructions and limits."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="agents"
    )
    name = models.CharField(max_length=100)
    description = models.TextField(blank=True, default="", max_length=2000)
    runner = models.CharField(max_length=30, default="llm")
    model = models.CharField(
        max_length=200,
        blank=True,
        default="",
        help_text="A model string such as openai:gpt-5; empty for the deployment's default.",
    )
    instructions = models.TextField(blank=True, default="", max_length=20_000)
    max_output_tokens = models.PositiveIntegerField(default=256, help_text="Per model call.")
    max_llm_calls = models.PositiveIntegerField(default=10, help_text="Per attempt.")
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "name"], name="agent_name_per_owner"),
            models.CheckConstraint(
                condition=models.Q(max_output_tokens__gte=1, max_llm_calls__gte=1),
                name="agent_limits_positive",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class AgentTask(models.Model):
    """One agent run: command in, result and usage out."""

    class State(models.TextChoices):
        PENDING = "pending"
        RUNNING = "running"
        SUCCESS = "success"
        FAILED = "failed"
        CANCELLED = "cancelled"

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
    llm_calls = models.PositiveIntegerField(db_default=0)
    error_type = models.CharField(max_length=50, blank=True, db_default="")
    error_message = models.TextField(blank=True, db_default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=["pending", "running"], finished_at__isnull=True)
                | models.Q(state__in=["success", "failed", "cancelled"], finished_at__isnull=False),
                name="agent_task_finished_at_when_final",
            )
        ]
        indexes = [
            # GET /api/agent-tasks: an owner's tasks, newest first (the id is made of its time).
            models.Index(fields=["owner", "-id"], name="agent_task_history"),
        ]

    def __str__(self) -> str:
        return f"{self.id} ({self.state})"
