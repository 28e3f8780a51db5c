"""/api/spending: what one's runs have spent, added up."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import F, QuerySet, Sum
from django.db.models.functions import TruncDay
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from agents.models import Spending
from scheduler_project.api.permissions import visible_to
from scheduler_project.api.serializers import InstantField, NamedChoiceField, StrictSerializer
from schedules import db
from schedules.models import Definition, Schedule

BY_DEFAULT = timedelta(days=30)
GROUPS: dict[str, dict[str, Any]] = {
    "day": {"since": TruncDay("hour", tzinfo=UTC)},
    "hour": {"since": F("hour")},
    "schedule": {"schedule": F("schedule_id")},
    "model": {"used": F("model")},
}
SUMMED = (
    *("runs", "input_tokens", "output_tokens", "cached_tokens", "reasoning_tokens"),
    *("llm_calls", "tool_calls", "cost", "unpriced_runs", "estimated_tokens", "estimated_cost"),
)


class SpendingQuerySerializer(StrictSerializer):
    """What to add up, and how."""

    by = NamedChoiceField(choices=list(GROUPS), default="day")
    since = InstantField(
        required=False, help_text="Its whole hour counts; 30 days before `until` if left out."
    )
    until = InstantField(required=False, help_text="Now, if left out.")
    schedule = serializers.IntegerField(
        required=False, min_value=0, max_value=2**63 - 1, help_text="0: agent tasks of their own."
    )
    model = serializers.CharField(required=False)


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


class SpendingView(APIView):
    """What one's runs have spent; staff see everybody's together."""

    @extend_schema(
        parameters=[SpendingQuerySerializer], responses=SpendingSerializer, operation_id="spending"
    )
    def get(self, request: Request) -> Response:
        """Tokens, calls and dollars by day, hour, schedule or model."""
        query = SpendingQuerySerializer(data=request.query_params)
        query.is_valid(raise_exception=True)
        asked = query.validated_data
        until = asked.get("until") or db.now()
        since = _whole_hour(asked.get("since") or until - BY_DEFAULT)
        rows = visible_to(request.user, Spending.objects.filter(hour__gte=since, hour__lt=until))
        if "schedule" in asked:
            rows = rows.filter(schedule_id=asked["schedule"])
        if "model" in asked:
            rows = rows.filter(model=asked["model"])
        report = {"by": asked["by"], "since": since, "until": until}
        report |= {"total": _total(rows), "results": _groups(rows, asked["by"])}
        return Response(SpendingSerializer(report).data)


def _whole_hour(instant: datetime) -> datetime:
    return instant.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def _sums() -> dict[str, Sum]:
    """Under names of their own, as the columns have those."""
    return {f"sum_{name}": Sum(name, default=0) for name in SUMMED}


def _read(row: dict[str, Any]) -> dict[str, Any]:
    return {name: row[f"sum_{name}"] for name in SUMMED}


def _total(rows: QuerySet[Spending]) -> dict[str, Any]:
    return _read(rows.aggregate(**_sums()))


def _groups(rows: QuerySet[Spending], by: str) -> list[dict[str, Any]]:
    (key,) = GROUPS[by]
    found: Any = rows.values(**GROUPS[by]).annotate(**_sums()).order_by(key)
    names = _names([row["schedule"] for row in found]) if by == "schedule" else {}
    return [
        _read(row)
        | {"since": row.get("since"), "schedule": row.get("schedule"), "model": row.get("used")}
        | {"schedule_name": names.get(row.get("schedule"), "")}
        for row in found
    ]


def _names(schedules: list[int]) -> dict[int | None, str]:
    """Of schedules that are there, and of those that are not any more."""
    past = Definition.objects.filter(schedule_id__in=schedules).order_by("schedule_id", "id")
    there = Schedule.objects.filter(id__in=schedules)
    return {
        **dict(past.values_list("schedule_id", "schedule_name")),
        **dict(there.values_list("id", "name")),
    }
