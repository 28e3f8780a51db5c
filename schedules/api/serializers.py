"""Schedules and executions as the API reads and writes them."""

from datetime import datetime, timedelta
from typing import Any

from rest_framework import serializers

from agents.api.serializers import AgentTaskSerializer
from agents.models import Agent
from scheduler_project.api.rows import RowSerializer
from scheduler_project.api.serializers import (
    InstantField,
    NamedChoiceField,
    OwnedField,
    Ranged,
    StrictSerializer,
)
from schedules import definition
from schedules.models import Attempt, Execution, Schedule
from schedules.times import Times, duration, lateness
from schedules.timing import planned

UPCOMING = 5


class ScheduleSerializer(RowSerializer, StrictSerializer, Ranged):
    """A scheduled command; what its fields may say is checked by the services."""

    serializer_choice_field = NamedChoiceField
    ranges = definition.RANGES
    agent = OwnedField(queryset=Agent.objects.all())
    run_at = InstantField(required=False, allow_null=True)
    start_at = InstantField(required=False, allow_null=True)
    end_at = InstantField(required=False, allow_null=True)
    upcoming = serializers.SerializerMethodField(help_text="The next five planned times.")
    reads = ("anchor_at",)

    class Meta:
        model = Schedule
        read_only_fields = [
            *("id", "owner", "note", "next_run_at", "last_run_at", "last_state", "run_count"),
            *("consecutive_failures", "created_at", "updated_at"),
        ]
        fields = [
            *("id", "owner", "name", "description", "agent", "command", "schedule_type"),
            *("cron_expression", "interval_value", "interval_unit", "run_at", "timezone"),
            *("start_at", "end_at", "max_runs", "enabled", "note", "overlap_policy"),
            *("missed_policy", "misfire_grace_seconds", "max_attempts", "retry_backoff_seconds"),
            *("timeout_seconds", "jitter_seconds", "pause_after_failures"),
            *("next_run_at", "last_run_at", "last_state", "run_count"),
            *("consecutive_failures", "upcoming", "created_at", "updated_at"),
        ]
        # Uniqueness is the services' business: they hold the lock that makes it true.
        validators: list[Any] = []

    def get_upcoming(self, schedule: Schedule) -> list[datetime]:
        """The next planned times, the first of them being `next_run_at`."""
        return planned(schedule, UPCOMING)


def defaults() -> dict[str, Any]:
    """What a field that a PUT leaves out goes back to: the value a new schedule starts with."""
    fields = ScheduleSerializer().fields.items()
    optional = [name for name, field in fields if not (field.read_only or field.required)]
    fresh = Schedule()
    return {name: getattr(fresh, name) for name in optional}


class NoteSerializer(StrictSerializer):
    """Why a schedule is switched off."""

    note = serializers.CharField(required=False, allow_blank=True, default="")


class BackfillSerializer(StrictSerializer):
    """The planned times that are meant, both ends included."""

    since = InstantField()
    until = InstantField(help_text="Not later than now.")


class BackfilledSerializer(serializers.Serializer[Any]):
    """What a backfill has recorded."""

    executions = serializers.ListField(
        child=serializers.UUIDField(), help_text="In the order of their planned times."
    )
    left_out = serializers.IntegerField(
        help_text="Planned times that have run, or are about to, or are more than max_runs allows."
    )


class ExecutionSerializer(RowSerializer, serializers.ModelSerializer[Execution]):
    """A row of the ledger, as lists show it."""

    lateness_seconds = serializers.SerializerMethodField(
        help_text="From the planned time to the start of the first attempt."
    )
    duration_seconds = serializers.SerializerMethodField()
    reads = ("first_started_at",)

    class Meta:
        model = Execution
        fields = [
            *("id", "schedule", "schedule_name", "agent", "trigger", "scheduled_for"),
            *("coalesced_count", "state", "reason", "queued_at", "started_at", "finished_at"),
            *("cancel_requested_at", "lateness_seconds", "duration_seconds", "attempt"),
            *("max_attempts", "worker", "input_tokens", "output_tokens", "cached_tokens"),
            *("reasoning_tokens", "llm_calls", "tool_calls", "cost", "estimated_tokens"),
            *("estimated_cost", "result_summary", "error_type", "error_message"),
        ]
        read_only_fields = fields

    def get_lateness_seconds(self, execution: Times) -> float | None:
        """Seconds from the planned time to the start."""
        return _seconds(lateness(execution))

    def get_duration_seconds(self, execution: Times) -> float | None:
        """Seconds from the start to the end."""
        return _seconds(duration(execution))


def _seconds(duration: timedelta | None) -> float | None:
    return None if duration is None else duration.total_seconds()


class AttemptSerializer(RowSerializer, serializers.ModelSerializer[Attempt]):
    """One try of an execution, with the agent task that it ran."""

    agent_task = AgentTaskSerializer(read_only=True)

    class Meta:
        model = Attempt
        fields = ["number", "trigger", "worker", "agent_task"]
        read_only_fields = fields


class ExecutionDetailSerializer(ExecutionSerializer):
    """A row of the ledger with its orders, its full result and its attempts."""

    attempts = AttemptSerializer(many=True, read_only=True)
    result = serializers.SerializerMethodField(help_text="The full answer of the last attempt.")

    class Meta(ExecutionSerializer.Meta):
        fields = [
            *ExecutionSerializer.Meta.fields,
            *("command", "timeout_seconds", "retry_backoff_seconds", "result", "attempts"),
        ]
        read_only_fields = fields

    def get_result(self, execution: Execution) -> str:
        """The answer of the latest attempt; empty while there is none."""
        attempts = list(execution.attempts.all())
        return attempts[-1].agent_task.result if attempts else ""
