"""/api/hooks/{hook}/deliveries: what was sent to a webhook, and what is to be."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.idempotency import Idempotent
from hooks import services
from hooks.models import Delivery, Hook
from scheduler_project.api.filters import Filters
from scheduler_project.api.pagination import Keyset
from scheduler_project.api.parameters import KnownParameters
from scheduler_project.api.permissions import visible_to


class DeliverySerializer(serializers.ModelSerializer[Delivery]):
    """One event that was, or is to be, sent to a webhook."""

    class Meta:
        model = Delivery
        fields = [
            *("id", "hook", "event", "data", "occurred_at", "state", "attempt", "failures"),
            *("due_at", "sent_at", "finished_at", "status", "error", "answer", "duration_ms"),
        ]
        read_only_fields = fields


class DeliveryViewSet(Idempotent, KnownParameters, viewsets.ReadOnlyModelViewSet[Delivery]):
    """What was sent to one of one's webhooks, and what is to be; newest first."""

    queryset = Delivery.objects.all()
    serializer_class = DeliverySerializer
    pagination_class = Keyset
    ordering = ("-id",)
    filter_backends = [Filters]
    filterset_fields = ["state"]

    def get_queryset(self) -> QuerySet[Delivery]:
        """Of the hook in the address, which the requester may see (404)."""
        rows: Any = super().get_queryset()
        if getattr(self, "swagger_fake_view", False):
            return rows
        hooks = visible_to(self.request.user, Hook.objects.all())
        return rows.filter(hook=get_object_or_404(hooks, pk=self.kwargs["hook"]))

    @extend_schema(request=None, responses={202: DeliverySerializer})
    @action(detail=True, methods=["post"])
    def redeliver(self, request: Request, hook: str, pk: str) -> Response:
        """Send once more what has come to its end, under the same `webhook-id`."""
        delivery = services.redeliver(delivery=self.get_object())
        return Response(self.get_serializer(delivery).data, status=202)
