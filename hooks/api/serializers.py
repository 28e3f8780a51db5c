"""Webhooks as JSON; what their fields may say is checked by the services."""

from typing import Any, cast

from rest_framework import serializers

from hooks import wants
from hooks.models import Hook
from scheduler_project.api.serializers import NamedChoiceField, StrictSerializer

LARGEST_ID = 2**63 - 1


class HookSerializer(StrictSerializer, serializers.ModelSerializer[Hook]):
    """A webhook, without its secret."""

    events = serializers.ListField(
        child=NamedChoiceField(choices=wants.NAMES),
        allow_empty=False,
        max_length=len(wants.NAMES),
        help_text="What is sent to it: events by name, all of a kind such as `execution.*`, or "
        "`*` for everything.",
    )
    schedule = serializers.IntegerField(
        source="schedule_id",
        required=False,
        allow_null=True,
        min_value=1,
        max_value=LARGEST_ID,
        help_text="Only what this schedule and its runs do; null: all that is the owner's.",
    )

    class Meta:
        model = Hook
        fields = [
            *("id", "owner", "name", "url", "events", "schedule", "enabled", "disabled_reason"),
            *("consecutive_failures", "failing_since", "former_until", "created_at"),
            "updated_at",
        ]
        read_only_fields = [
            *("id", "owner", "disabled_reason", "consecutive_failures", "failing_since"),
            *("former_until", "created_at", "updated_at"),
        ]
        extra_kwargs = {
            "former_until": {
                "help_text": "Until then messages are also signed with the secret before."
            }
        }


class NewSecretSerializer(HookSerializer):
    """A webhook that has a new secret."""

    secret = serializers.SerializerMethodField(
        help_text="What its messages are signed with: `whsec_...`. It is not shown again."
    )

    class Meta(HookSerializer.Meta):
        fields = [*HookSerializer.Meta.fields, "secret"]

    def get_secret(self, hook: Hook) -> str:
        """The whole text."""
        return cast(str, self.context["secret"])


def defaults() -> dict[str, Any]:
    """What a field that a PUT leaves out goes back to."""
    return {"schedule_id": None, "enabled": Hook().enabled}
