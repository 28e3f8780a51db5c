"""All scheduled commands of an owner as one document, to be kept, changed and read again."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from agents.models import Agent
from scheduler_project.api.serializers import StrictSerializer
from schedules.api.serializers import ScheduleSerializer
from schedules.models import Schedule

VERSION = 1
MOST_ENTRIES = 10_000


@extend_schema_field(serializers.CharField())
class AgentNameField(serializers.Field):
    """One of the owner's agents by its name; `agents` in the context has them all."""

    default_error_messages = {"none": "You have no agent of this name."}

    def to_representation(self, value: Agent) -> str:
        """The name."""
        return value.name

    def to_internal_value(self, data: Any) -> Agent:
        """The agent; ValidationError."""
        agent: Agent | None = self.context["agents"].get(data) if isinstance(data, str) else None
        if agent is None:
            self.fail("none")
        return agent


class EntrySerializer(ScheduleSerializer):
    """A scheduled command, in all that is needed to make it anew."""

    agent = AgentNameField()  # type: ignore[assignment]
    upcoming = None  # type: ignore[assignment]

    class Meta(ScheduleSerializer.Meta):
        fields = [
            name
            for name in ScheduleSerializer.Meta.fields
            if name not in {*ScheduleSerializer.Meta.read_only_fields, "upcoming"}
        ]
        read_only_fields: list[str] = []


class DocumentSerializer(StrictSerializer):
    """Scheduled commands by name; what an entry leaves out has its default."""

    version = serializers.IntegerField(default=VERSION, min_value=VERSION, max_value=VERSION)
    scheduled_commands = EntrySerializer(many=True, max_length=MOST_ENTRIES)  # type: ignore[call-arg]

    def validate_scheduled_commands(self, entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """The entries with all their fields; ValidationError for a name that comes twice."""
        errors, names = {}, set()
        for place, entry in enumerate(entries):
            if entry["name"] in names:
                errors[str(place)] = {"name": "There is another entry of this name above."}
            names.add(entry["name"])
        if errors:
            raise serializers.ValidationError(errors)
        usual = _usual()
        return [usual | entry for entry in entries]


class ImportQuerySerializer(StrictSerializer):
    """What to do with a document."""

    dry_run = serializers.BooleanField(
        default=False, help_text="Only say what would be done: nothing is changed."
    )
    prune = serializers.BooleanField(
        default=False, help_text="Delete one's scheduled commands that it does not name."
    )


class ImportedSerializer(serializers.Serializer):
    """Names of what was done with which scheduled command, or would be."""

    dry_run = serializers.BooleanField()
    created = serializers.ListField(child=serializers.CharField())
    updated = serializers.ListField(child=serializers.CharField())
    unchanged = serializers.ListField(child=serializers.CharField())
    deleted = serializers.ListField(child=serializers.CharField())


def document(schedules: QuerySet[Schedule]) -> dict[str, Any]:
    """The schedules in the order of their names, without what a new one has anyway."""
    serializer, usual = EntrySerializer(), _usual()
    entries = [
        {
            name: value
            for name, value in serializer.to_representation(schedule).items()
            if name not in usual or value != usual[name]
        }
        for schedule in schedules.select_related("agent")
    ]
    # By code points: the database's order depends on how it was set up.
    entries.sort(key=lambda entry: entry["name"])
    return {"version": VERSION, "scheduled_commands": entries}


def _usual() -> dict[str, Any]:
    fresh, fields = Schedule(), EntrySerializer().fields.items()
    return {name: getattr(fresh, name) for name, field in fields if not field.required}
