"""/api/approvals: calls of tools that runs wait for."""

from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.idempotency import Idempotent
from scheduler_project.api.filters import Filters
from scheduler_project.api.pagination import Keyset
from scheduler_project.api.permissions import OwnedByRequester
from scheduler_project.api.serializers import StrictSerializer
from schedules import services
from schedules.models import Approval


class ApprovalSerializer(serializers.ModelSerializer[Approval]):
    """A call that somebody has to approve, and what became of that."""

    execution = serializers.UUIDField(source="parking.execution_id")
    attempt = serializers.IntegerField(source="parking.attempt")
    schedule = serializers.IntegerField(source="parking.execution.schedule_id", allow_null=True)
    schedule_name = serializers.CharField(source="parking.execution.schedule_name")
    asked_at = serializers.DateTimeField(source="parking.parked_at")
    expires_at = serializers.SerializerMethodField(
        help_text="A call that nobody has decided by then is denied."
    )

    class Meta:
        model = Approval
        fields = [
            *("id", "owner", "execution", "attempt", "schedule", "schedule_name", "tool"),
            *("arguments", "state", "asked_at", "expires_at", "note", "decided_by", "decided_at"),
        ]
        read_only_fields = fields

    @extend_schema_field(serializers.DateTimeField(allow_null=True))
    def get_expires_at(self, approval: Approval) -> str | None:
        """Only while it waits."""
        if approval.state != Approval.State.WAITING:
            return None
        expires = approval.parking.expires_at
        return None if expires is None else serializers.DateTimeField().to_representation(expires)


class DecisionSerializer(StrictSerializer):
    """What goes with a decision."""

    note = serializers.CharField(
        required=False,
        allow_blank=True,
        default="",
        help_text="Kept; where the call is denied the model is told, too.",
    )


class ApprovalFilter(filters.FilterSet):
    """By how they stand, and by execution."""

    state = filters.ChoiceFilter(choices=Approval.State.choices)
    execution = filters.UUIDFilter("parking__execution_id")


class ApprovalViewSet(Idempotent, OwnedByRequester, viewsets.ReadOnlyModelViewSet[Approval]):
    """One's own approvals, newest first; staff decide everybody's."""

    queryset = Approval.objects.with_runs()
    serializer_class = ApprovalSerializer
    pagination_class = Keyset
    ordering = ("-id",)
    filter_backends = [Filters]
    filterset_class = ApprovalFilter

    @extend_schema(request=DecisionSerializer, operation_id="approve_call")
    @action(detail=True, methods=["post"])
    def approve(self, request: Request, pk: str) -> Response:
        """Let the call be made; the run goes on once all its calls are decided."""
        return self._decide(request, approved=True)

    @extend_schema(request=DecisionSerializer, operation_id="deny_call")
    @action(detail=True, methods=["post"])
    def deny(self, request: Request, pk: str) -> Response:
        """Deny the call: the model is told, and the run goes on without it."""
        return self._decide(request, approved=False)

    def _decide(self, request: Request, *, approved: bool) -> Response:
        approval = self.get_object()
        decision = DecisionSerializer(data=request.data)
        decision.is_valid(raise_exception=True)
        approval = services.decide_approval(
            approval=approval,
            approved=approved,
            by=request.user.get_username(),
            note=decision.validated_data["note"],
        )
        return Response(self.get_serializer(approval).data)
