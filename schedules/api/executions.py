"""/api/executions: the ledger of everything that ran, will run or did not."""

from django.db.models import Prefetch, prefetch_related_objects
from drf_spectacular.utils import extend_schema
from rest_framework import status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from accounts.idempotency import Idempotent
from scheduler_project.api.filters import Filters
from scheduler_project.api.pagination import Keyset
from scheduler_project.api.permissions import OwnRows
from scheduler_project.api.rows import RowLists
from schedules import services
from schedules.api.filters import ExecutionFilter
from schedules.api.serializers import ExecutionDetailSerializer, ExecutionSerializer
from schedules.models import Attempt, Execution

ATTEMPTS = Prefetch("attempts", Attempt.objects.select_related("agent_task"))


class ExecutionViewSet(Idempotent, RowLists, OwnRows, viewsets.ReadOnlyModelViewSet[Execution]):
    """One's own executions, newest first; those of deleted schedules, too."""

    queryset = Execution.objects.all()
    listed = ExecutionSerializer.tuples(queryset)
    pagination_class = Keyset
    ordering = ("-id",)
    # No ordering by request: the cursor stands on the ledger's own.
    filter_backends = [Filters]
    filterset_class = ExecutionFilter

    def get_serializer_class(self) -> type[BaseSerializer[Execution]]:
        """Lists leave out the long texts and the attempts."""
        return ExecutionSerializer if self.action == "list" else ExecutionDetailSerializer

    def get_object(self) -> Execution:
        """With its attempts and their agent tasks: one query more, however many."""
        execution: Execution = super().get_object()
        prefetch_related_objects([execution], ATTEMPTS)
        return execution

    @extend_schema(request=None, responses={202: ExecutionDetailSerializer})
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: str) -> Response:
        """Cancel it: at once while it waits, within seconds while it runs."""
        execution = services.cancel_execution(execution=self.get_object())
        shown = self.get_serializer(execution).data
        return Response(shown, status=status.HTTP_202_ACCEPTED)
