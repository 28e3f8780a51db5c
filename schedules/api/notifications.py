"""/api/notifications: what owners are told of without having asked."""

from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.idempotency import Idempotent
from scheduler_project.api.filters import Filters
from scheduler_project.api.pagination import Keyset
from scheduler_project.api.permissions import OwnedByRequester
from schedules import services
from schedules.api.filters import TrueOrFalse
from schedules.models import Notification


class NotificationSerializer(serializers.ModelSerializer[Notification]):
    """One message."""

    class Meta:
        model = Notification
        fields = ["id", "owner", "kind", "schedule", "message", "created_at", "read_at"]
        read_only_fields = fields


class NotificationFilter(filters.FilterSet):
    """Those that nobody has marked as read."""

    unread = TrueOrFalse("read_at", lookup_expr="isnull")


class NotificationViewSet(
    Idempotent, OwnedByRequester, viewsets.ReadOnlyModelViewSet[Notification]
):
    """One's own notifications, newest first."""

    queryset = Notification.objects.all()
    serializer_class = NotificationSerializer
    pagination_class = Keyset
    ordering = ("-id",)
    filter_backends = [Filters]
    filterset_class = NotificationFilter

    @extend_schema(operation_id="mark_notification_as_read", request=None)
    @action(detail=True, methods=["post"])
    def read(self, request: Request, pk: str) -> Response:
        """Mark it as read; once is enough."""
        notification = self.get_object()
        if notification.owner_id != request.user.pk:
            raise PermissionDenied("Only its owner marks a notification as read.")
        services.mark_as_read(Notification.objects.filter(pk=notification.pk))
        notification.refresh_from_db()
        return Response(self.get_serializer(notification).data)
