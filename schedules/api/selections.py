"""The body and the answer of /api/scheduled-commands/bulk."""

from typing import Any

from django.db.models import Q
from rest_framework import serializers

from agents.models import Agent
from scheduler_project.api.filters import LONGEST_SEARCH
from scheduler_project.api.serializers import (
    NamedChoiceField,
    OwnedField,
    StrictSerializer,
    WholeNumberField,
)
from schedules.models import Schedule
from schedules.services.selections import ACTION_CHOICES, Selected

MOST_IDS = 1_000
MOST_SHOWN = 100
EMPTY = 'Say which are meant, or {"all": true} for all of them.'


class SelectionSerializer(StrictSerializer):
    """Which of one's scheduled commands are meant: those for which all of it is true."""

    all = serializers.BooleanField(
        required=False, help_text="Every one; has to be said where nothing else is."
    )
    enabled = serializers.BooleanField(required=False)
    schedule_type = NamedChoiceField(choices=Schedule.Type.choices, required=False)
    agent = OwnedField(queryset=Agent.objects.all(), required=False)
    name_prefix = serializers.CharField(
        required=False, max_length=100, trim_whitespace=False, help_text="How their names begin."
    )
    search = serializers.CharField(
        required=False, max_length=LONGEST_SEARCH, help_text="Somewhere in name or description."
    )
    ids = serializers.ListField(
        child=WholeNumberField(min_value=1, max_value=2**63 - 1),
        required=False,
        max_length=MOST_IDS,
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """ValidationError for nothing in particular, and for all and some at once."""
        everything = attrs.pop("all", False)
        if everything and attrs:
            raise serializers.ValidationError({"all": "Say all of them, or which: not both."})
        if not everything and not attrs:
            raise serializers.ValidationError(EMPTY)
        return attrs


CONDITIONS = {
    "enabled": lambda value: Q(enabled=value),
    "schedule_type": lambda value: Q(schedule_type=value),
    "agent": lambda value: Q(agent=value),
    "name_prefix": lambda value: Q(name__startswith=value),
    "search": lambda value: Q(name__icontains=value) | Q(description__icontains=value),
    "ids": lambda value: Q(pk__in=value),
}


class BulkSerializer(StrictSerializer):
    """What to do with many scheduled commands."""

    action = NamedChoiceField(choices=ACTION_CHOICES)
    filter = SelectionSerializer()
    note = serializers.CharField(
        required=False, allow_blank=True, default="", help_text="Why they are switched off."
    )
    dry_run = serializers.BooleanField(
        default=False, help_text="Only say what would be done: nothing is changed."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """The arguments of the service; ValidationError for a note that nobody would keep."""
        if attrs["note"] and attrs["action"] != "disable":
            raise serializers.ValidationError({"note": "Only what is switched off keeps a note."})
        where = Q()
        for name, value in attrs.pop("filter").items():
            where &= CONDITIONS[name](value)
        return {**attrs, "where": where}


class ChangedSerializer(serializers.Serializer):
    """A scheduled command by id and name."""

    id = serializers.IntegerField()
    name = serializers.CharField()


class BulkAnswerSerializer(serializers.Serializer):
    """What was done, or would be."""

    action = serializers.ChoiceField(choices=ACTION_CHOICES)
    dry_run = serializers.BooleanField()
    matched = serializers.IntegerField(help_text="How many the filter describes.")
    changed = serializers.IntegerField(
        help_text="How many of them were changed; the others were on, or off, already."
    )
    scheduled_commands = ChangedSerializer(
        many=True, help_text=f"Which: the first {MOST_SHOWN}, by id."
    )


def shown(order: dict[str, Any], selected: Selected) -> Any:
    """The answer."""
    first = [{"id": key, "name": name} for key, name in selected.changed[:MOST_SHOWN]]
    answer = {"action": order["action"], "dry_run": order["dry_run"]}
    answer |= {"matched": selected.matched, "changed": len(selected.changed)}
    return BulkAnswerSerializer({**answer, "scheduled_commands": first}).data
