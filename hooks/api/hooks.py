"""/api/hooks: where one's events are sent, and what was."""

from typing import Any, cast

from django.contrib.auth.models import AbstractBaseUser
from drf_spectacular.utils import extend_schema
from rest_framework import viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from accounts.idempotency import Idempotent
from hooks import services
from hooks.api.deliveries import DeliverySerializer
from hooks.api.serializers import HookSerializer, NewSecretSerializer, defaults
from hooks.models import Hook
from scheduler_project.api.permissions import OwnedByRequester
from scheduler_project.api.versioned import Versioned


class HookViewSet(Idempotent, Versioned, OwnedByRequester, viewsets.ModelViewSet[Hook]):
    """URLs that one's events are sent to, signed as https://www.standardwebhooks.com says."""

    queryset = Hook.objects.order_by("-id")
    serializer_class = HookSerializer
    search_fields = ["name"]
    # The history's order, which its cursor stands on.
    ordering = ("-id",)
    ordering_fields = ["id", "name", "created_at", "updated_at"]

    @extend_schema(request=HookSerializer, responses={201: NewSecretSerializer})
    def create(self, request: Request) -> Response:
        """A new webhook; the answer is the only one that holds its secret."""
        given = self.get_serializer(data=request.data)
        given.is_valid(raise_exception=True)
        owner = cast(AbstractBaseUser, request.user)
        made = services.create_hook(owner=owner, fields=given.validated_data)
        return Response(self._with_secret(*made), status=201)

    def perform_update(self, serializer: BaseSerializer[Hook]) -> None:
        """PATCH changes what is given; PUT sets the rest to its defaults."""
        replaced = {} if serializer.partial else defaults()
        serializer.instance = services.update_hook(
            hook=cast(Hook, serializer.instance),
            changes=replaced | serializer.validated_data,
            versions=self.wanted_versions(),
        )

    def perform_destroy(self, instance: Hook) -> None:
        """DELETE: nothing more is sent to it, and its history goes with it."""
        services.delete_hook(hook=instance)

    @extend_schema(request=None, responses=NewSecretSerializer)
    @action(detail=True, methods=["post"])
    def rotate(self, request: Request, pk: str) -> Response:
        """Give it a new secret; for a day messages are signed with the former one as well."""
        return Response(self._with_secret(*services.rotate_secret(hook=self.get_object())))

    @extend_schema(request=None, responses={202: DeliverySerializer})
    @action(detail=True, methods=["post"])
    def test(self, request: Request, pk: str) -> Response:
        """Send it a `ping` event: its delivery tells what became of it."""
        delivery = services.ping(hook=self.get_object())
        return Response(DeliverySerializer(delivery).data, status=202)

    def _with_secret(self, hook: Hook, secret: str) -> Any:
        context = {**self.get_serializer_context(), "secret": secret}
        return NewSecretSerializer(hook, context=context).data
