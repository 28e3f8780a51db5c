"""/api/spending: what one's runs have spent, added up."""

from datetime import UTC, datetime, timedelta

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from agents.models import Spending
from scheduler_project.api.parameters import KnownParameters
from scheduler_project.api.permissions import visible_to
from scheduler_project.api.serializers import (
    InstantField,
    NamedChoiceField,
    StrictSerializer,
    WholeNumberField,
)
from schedules import db
from schedules.api.spending_sums import GROUPS, groups, total

BY_DEFAULT = timedelta(days=30)
NARROWED = {"owner": "owner_id", "schedule": "schedule_id", "model": "model"}


class SpendingQuerySerializer(StrictSerializer):
    """What to add up, and how."""

    by = NamedChoiceField(choices=list(GROUPS), default="day")
    since = InstantField(
        required=False, help_text="Its whole hour counts; 30 days before `until` if left out."
    )
    until = InstantField(required=False, help_text="Now, if left out.")
    owner = WholeNumberField(
        required=False, min_value=0, max_value=2**63 - 1, help_text="For staff: one owner's only."
    )
    schedule = WholeNumberField(
        required=False, min_value=0, max_value=2**63 - 1, help_text="0: agent tasks of their own."
    )
    model = serializers.CharField(required=False, trim_whitespace=False)


class SumsSerializer(serializers.Serializer):
    """What some runs have spent."""

    runs = serializers.IntegerField(help_text="Attempts that spent anything.")
    input_tokens = serializers.IntegerField()
    output_tokens = serializers.IntegerField()
    cached_tokens = serializers.IntegerField(help_text="Of the input tokens.")
    reasoning_tokens = serializers.IntegerField(help_text="Of the output tokens.")
    llm_calls = serializers.IntegerField()
    tool_calls = serializers.IntegerField()
    cost = serializers.DecimalField(20, 6, help_text="In US dollars, as far as known.")
    unpriced_runs = serializers.IntegerField(help_text="Runs whose cost is not known.")
    estimated_tokens = serializers.IntegerField(
        help_text="Counted by budgets besides input and output: of calls that did not come back, "
        "of providers that do not say, and of lost workers."
    )
    estimated_cost = serializers.DecimalField(
        20, 6, help_text="In US dollars, counted by budgets besides `cost`."
    )


class GroupSerializer(SumsSerializer):
    """The sums of one group: its `by` is set, the others are null."""

    since = serializers.DateTimeField(allow_null=True, help_text="Where a day or hour begins, UTC.")
    owner = serializers.IntegerField(allow_null=True)
    owner_name = serializers.CharField()
    schedule = serializers.IntegerField(
        allow_null=True, help_text="0: agent tasks that were started on their own."
    )
    schedule_name = serializers.CharField(help_text="Of deleted schedules their last.")
    model = serializers.CharField(allow_null=True)


class SpendingSerializer(serializers.Serializer):
    """What was spent from one instant to another."""

    by = serializers.ChoiceField(choices=list(GROUPS))
    since = serializers.DateTimeField()
    until = serializers.DateTimeField()
    total = SumsSerializer()
    results = GroupSerializer(many=True)


class SpendingView(KnownParameters, APIView):
    """What one's runs have spent; staff see everybody's."""

    query_serializer_class = SpendingQuerySerializer

    @extend_schema(
        parameters=[SpendingQuerySerializer],
        responses=SpendingSerializer,
        operation_id="get_spending",
    )
    def get(self, request: Request) -> Response:
        """Tokens, calls and dollars by day, hour, owner, schedule or model."""
        asked = self.asked()
        until = asked.get("until") or db.now()
        since = _whole_hour(asked.get("since") or until - BY_DEFAULT)
        rows = visible_to(request.user, Spending.objects.filter(hour__gte=since, hour__lt=until))
        for name, column in NARROWED.items():
            if name in asked:
                rows = rows.filter(**{column: asked[name]})
        report = {"by": asked["by"], "since": since, "until": until}
        report |= {"total": total(rows), "results": groups(rows, asked["by"])}
        return Response(SpendingSerializer(report).data)


def _whole_hour(instant: datetime) -> datetime:
    return instant.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
