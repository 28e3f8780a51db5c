"""/api/scheduled-commands: schedules, their switches and their history."""

from typing import Any, cast

from django.contrib.auth.models import AbstractBaseUser
from drf_spectacular.utils import extend_schema
from rest_framework import status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from accounts.idempotency import Idempotent
from scheduler_project.api.located import Located
from scheduler_project.api.pagination import Keyset
from scheduler_project.api.permissions import OwnRows
from scheduler_project.api.rows import RowLists
from schedules import services
from schedules.api.declarations import Declarations
from schedules.api.executions import ExecutionViewSet
from schedules.api.filters import ScheduleFilter
from schedules.api.serializers import (
    BackfilledSerializer,
    BackfillSerializer,
    ExecutionDetailSerializer,
    ExecutionSerializer,
    NoteSerializer,
    ScheduleSerializer,
    defaults,
)
from schedules.models import Schedule

HISTORY: Any = ExecutionViewSet.listed


class ScheduledCommandViewSet(
    Idempotent, Located, RowLists, Declarations, OwnRows, viewsets.ModelViewSet[Schedule]
):
    """An owner's standing orders to agents: what to do, and when."""

    queryset = Schedule.objects.order_by("-id")
    listed = ScheduleSerializer.tuples(queryset)
    serializer_class = ScheduleSerializer
    filterset_class = ScheduleFilter
    pagination_class = Keyset
    search_fields = ["name", "description", "command"]
    lists = frozenset({"list", "executions"})
    creating = ("create", "by_name")
    ordering = ("-id",)
    ordering_fields = ["id", "name", "next_run_at", "last_run_at", "created_at"]

    def perform_create(self, serializer: BaseSerializer[Schedule]) -> None:
        """A new order of the requester's; the answer has its next planned times."""
        owner = cast(AbstractBaseUser, self.request.user)
        serializer.instance = services.create_schedule(
            owner=owner, fields=serializer.validated_data
        )

    def perform_update(self, serializer: BaseSerializer[Schedule]) -> None:
        """PATCH changes what is given; PUT sets the rest to its defaults."""
        replaced = {} if serializer.partial else defaults()
        serializer.instance = services.update_schedule(
            schedule=cast(Schedule, serializer.instance),
            changes=replaced | serializer.validated_data,
            versions=self.wanted_versions(),
        )

    def perform_destroy(self, instance: Schedule) -> None:
        """Its executions stay readable under `/api/executions`."""
        services.delete_schedule(schedule=instance)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def enable(self, request: Request, pk: str) -> Response:
        """Switch it on, from the next planned time after now."""
        return self._shown(services.enable_schedule(schedule=self.get_object()))

    @extend_schema(request=NoteSerializer)
    @action(detail=True, methods=["post"])
    def disable(self, request: Request, pk: str) -> Response:
        """Switch it off and keep a note why; what waits is cancelled, what runs may finish."""
        note = NoteSerializer(data=request.data)
        note.is_valid(raise_exception=True)
        return self._shown(
            services.disable_schedule(schedule=self.get_object(), **note.validated_data)
        )

    @extend_schema(request=None, responses={202: ExecutionDetailSerializer})
    @action(detail=True, methods=["post"])
    def execute(self, request: Request, pk: str) -> Response:
        """Run it now, under its overlap policy: the execution says what became of it."""
        execution = services.run_now(schedule=self.get_object())
        shown = ExecutionDetailSerializer(execution).data
        return Response(shown, status=status.HTTP_202_ACCEPTED)

    @extend_schema(request=BackfillSerializer, responses={202: BackfilledSerializer})
    @action(detail=True, methods=["post"])
    def backfill(self, request: Request, pk: str) -> Response:
        """Run it for planned times that have passed and have not run: one after the other, or a
        few seconds apart where its runs may overlap."""
        schedule, span = self.get_object(), BackfillSerializer(data=request.data)
        span.is_valid(raise_exception=True)
        made = services.backfill(schedule=schedule, **span.validated_data)
        return Response(BackfilledSerializer(made).data, status=status.HTTP_202_ACCEPTED)

    @extend_schema(
        operation_id="list_executions_of_scheduled_command",
        responses=ExecutionSerializer(many=True),
        filters=False,
    )
    @action(detail=True, filter_backends=[])
    def executions(self, request: Request, pk: str) -> Response:
        """Its history, newest first."""
        page: Any = self.paginate_queryset(HISTORY.filter(schedule_id=self.get_object().pk))
        return self.get_paginated_response(ExecutionSerializer.shown(page))

    def _shown(self, schedule: Schedule) -> Response:
        return Response(self.get_serializer(schedule).data)
