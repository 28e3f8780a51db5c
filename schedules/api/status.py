"""/api/scheduler/status: the scheduler's health and one's own counts; staff may count all."""

from types import SimpleNamespace

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from scheduler_project.api.parameters import KnownParameters
from scheduler_project.api.permissions import permitted
from scheduler_project.api.rows import RowSerializer
from schedules import services
from schedules.api.stopping import StopSerializer
from schedules.models import Execution, Stop
from schedules.status import status


class NodeSerializer(RowSerializer):
    """A process that was seen lately."""

    name = serializers.CharField()
    started_at = serializers.DateTimeField()
    seen_at = serializers.DateTimeField()
    running = serializers.IntegerField(help_text="Runs it has in hand.")


class StatusSerializer(RowSerializer):
    """How the scheduler stands."""

    now = serializers.DateTimeField(help_text="The database's clock.")
    beats = NodeSerializer(many=True)
    workers = NodeSerializer(many=True)
    queue_depth = serializers.IntegerField(
        allow_null=True, help_text="Messages on Redis; null while it does not answer."
    )
    pending = serializers.IntegerField()
    running = serializers.IntegerField()
    waiting = serializers.IntegerField(help_text="Runs that wait for somebody's approval.")
    oldest_pending_seconds = serializers.FloatField(allow_null=True)
    next_due_at = serializers.DateTimeField(allow_null=True)
    last_24_hours = serializers.DictField(
        child=serializers.IntegerField(), help_text="Executions that ended, by state."
    )
    stops = StopSerializer(many=True, help_text="Stops that hold one up; staff see all.")
    time_zone_data = serializers.CharField(help_text="Version of the tz database in use.")


class StatusView(KnownParameters, APIView):
    """Beats, workers, what waits, what comes next, what has been."""

    @extend_schema(responses=StatusSerializer, operation_id="get_scheduler_status")
    def get(self, request: Request) -> Response:
        """The health of all nodes, and the counts of what the requester may see."""
        owner = None if permitted(request.user, Execution) else request.user.pk
        found = status(owner)
        concerned = Stop.objects.all() if owner is None else services.standing_stops(owner)
        shown = SimpleNamespace(**vars(found), stops=concerned)
        return Response(StatusSerializer().to_representation(shown))
