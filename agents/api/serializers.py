"""Agents and agent tasks as the API reads and writes them."""

from typing import Any

from rest_framework import serializers

from agents import secrets, services
from agents.models import Agent, AgentTask, AgentTaskEvent
from scheduler_project.api.rows import RowSerializer
from scheduler_project.api.serializers import Ranged, StrictSerializer, WholeNumberField


class AgentSerializer(RowSerializer, StrictSerializer, Ranged):
    """An agent; what its fields may say is checked by the services."""

    ranges = services.RANGES

    output_schema = serializers.DictField(
        required=False,
        allow_null=True,
        help_text="JSON Schema (an object's) that answers must follow.",
    )
    options = serializers.DictField(
        required=False, help_text="What the runner needs: of a webhook, the url."
    )
    fallback_models = serializers.ListField(
        child=serializers.CharField(),
        required=False,
        help_text="Model strings to go on with, in this order.",
    )
    secrets = serializers.DictField(
        child=serializers.CharField(allow_null=True, allow_blank=True, trim_whitespace=False),
        write_only=True,
        required=False,
        help_text="Values by name, never shown again. They are added to those that are there, "
        "with PUT as well; null removes one.",
    )
    secret_names = serializers.SerializerMethodField()

    class Meta:
        model = Agent
        read_only_fields = ["id", "owner", "created_at", "updated_at"]
        fields = [
            *("id", "owner", "name", "description", "runner", "model", "instructions"),
            *("max_output_tokens", "max_llm_calls", "options", "fallback_models"),
            *("output_schema", "tools", "mcp_servers", "secrets", "secret_names"),
            *("created_at", "updated_at"),
        ]
        # Uniqueness is the services' business: the database's constraint makes it true.
        validators: list[Any] = []

    def get_secret_names(self, agent: Agent) -> list[str]:
        """The names of the secrets that there are."""
        return secrets.names(agent.secrets)


def defaults() -> dict[str, Any]:
    """What a field that a PUT leaves out goes back to: the value a new agent starts with."""
    fields = AgentSerializer().fields.items()
    # What is write-only stays: nobody can send back what cannot be read.
    optional = [
        name
        for name, field in fields
        if not (field.read_only or field.write_only or field.required)
    ]
    fresh = Agent()
    return {name: getattr(fresh, name) for name in optional}


class AgentTaskSerializer(RowSerializer, serializers.ModelSerializer[AgentTask]):
    """One agent run: its command, state, spending, and its result or error."""

    class Meta:
        model = AgentTask
        fields = [
            *("id", "owner", "agent", "command", "model", "state", "created_at", "started_at"),
            *("finished_at", "input_tokens", "output_tokens", "cached_tokens"),
            *("reasoning_tokens", "llm_calls", "tool_calls", "cost", "error_type"),
            *("error_message", "result"),
        ]
        read_only_fields = fields


class AgentTaskRowSerializer(AgentTaskSerializer):
    """One agent run in a list: without its result, which may be long."""

    class Meta(AgentTaskSerializer.Meta):
        fields = [name for name in AgentTaskSerializer.Meta.fields if name != "result"]
        read_only_fields = fields


class EventsAfterSerializer(StrictSerializer):
    """Which events of a run: those after a number."""

    after = WholeNumberField(min_value=0, max_value=2**31 - 1, default=0)
    limit = WholeNumberField(min_value=1, max_value=1000, default=100)


class EventSerializer(serializers.ModelSerializer[AgentTaskEvent]):
    """One thing that happened in a run."""

    class Meta:
        model = AgentTaskEvent
        fields = ["number", "at", "kind", "data"]
        read_only_fields = fields


class EventPageSerializer(serializers.Serializer):
    """Events of a run, and whether there will be more."""

    events = EventSerializer(many=True)
    next = serializers.IntegerField(help_text="The `after` to go on with.")
    final = serializers.BooleanField(help_text="The run has ended, and these were the last.")
    state = serializers.ChoiceField(choices=AgentTask.State.choices)
