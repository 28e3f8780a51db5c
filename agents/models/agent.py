"""Agents: fields, constraints, indexes."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now


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
    options = models.JSONField(
        blank=True,
        default=dict,
        db_default={},
        help_text="What its runner needs, such as a webhook's url.",
    )
    secrets = models.TextField(blank=True, default="", db_default="", editable=False)
    """Values by name, sealed (agents.secrets); never shown again."""
    fallback_models = models.JSONField(
        blank=True,
        default=list,
        db_default=[],
        help_text="Model strings to go on with, in this order.",
    )
    output_schema = models.JSONField(
        null=True, blank=True, help_text="JSON Schema (an object's) that answers must follow."
    )
    tools = models.JSONField(
        blank=True,
        default=dict,
        db_default={},
        help_text='Tools by name: "allow", "ask" or "deny"; one that is not named is denied.',
    )
    mcp_servers = models.JSONField(
        blank=True, default=list, db_default=[], help_text="MCP servers to use."
    )
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
