"""The trace of an agent run."""

from django.db import models
from django.db.models.functions import Now

from agents.models.agent_task import AgentTask


class AgentTaskEvent(models.Model):
    """One thing that happened in an agent run; numbered from 1, never changed."""

    class Kind(models.TextChoices):
        MODEL_REQUEST = "model_request"
        MODEL_RESPONSE = "model_response"
        TEXT = "text"
        TOOL_CALL = "tool_call"
        TOOL_RESULT = "tool_result"
        RETRY = "retry"
        APPROVAL = "approval"
        WEBHOOK = "webhook"

    task = models.ForeignKey(
        AgentTask, on_delete=models.CASCADE, related_name="events", db_index=False
    )
    number = models.PositiveIntegerField()
    at = models.DateTimeField(db_default=Now())
    kind = models.CharField(max_length=20, choices=Kind.choices)
    data = models.JSONField(default=dict)

    class Meta:
        ordering = ["number"]
        constraints = [
            # GET .../events?after=N: those of a task from a number on.
            models.UniqueConstraint(fields=["task", "number"], name="event_number_once")
        ]

    def __str__(self) -> str:
        return f"{self.task_id} {self.number}: {self.kind}"
