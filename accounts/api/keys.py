"""/api/api-keys: one's own keys for programs."""

from typing import cast

from django.contrib.auth.models import AbstractBaseUser
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, viewsets
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import keys
from accounts.authentication import NotByKey
from accounts.idempotency import Idempotent
from accounts.models import ApiKey
from scheduler_project.api.located import Located
from scheduler_project.api.permissions import OthersAsPermitted, OwnedByRequester
from scheduler_project.api.serializers import InstantField, NamedChoiceField, StrictSerializer


class ApiKeySerializer(StrictSerializer, serializers.ModelSerializer[ApiKey]):
    """A key, without its secret."""

    serializer_choice_field = NamedChoiceField
    expires_at = InstantField(
        required=False, help_text="At most 366 days ahead; 90 days if it is left out."
    )

    class Meta:
        model = ApiKey
        fields = [
            *("id", "owner", "name", "scope", "public", "created_at", "expires_at"),
            "last_used_at",
        ]
        read_only_fields = ["id", "owner", "public", "created_at", "last_used_at"]


class NewApiKeySerializer(ApiKeySerializer):
    """A key at its creation."""

    key = serializers.SerializerMethodField(
        help_text="What programs send: `Authorization: Bearer asch_...`. It is not shown again."
    )

    class Meta(ApiKeySerializer.Meta):
        fields = [*ApiKeySerializer.Meta.fields, "key"]

    def get_key(self, key: ApiKey) -> str:
        """The whole text."""
        return cast(str, self.context["text"])


class ApiKeyViewSet(
    Idempotent,
    Located,
    OwnedByRequester,
    mixins.ListModelMixin,
    mixins.RetrieveModelMixin,
    mixins.DestroyModelMixin,
    viewsets.GenericViewSet[ApiKey],
):
    """Keys of the requester, for programs; each is shown whole at its creation only."""

    queryset = ApiKey.objects.order_by("-id")
    serializer_class = ApiKeySerializer
    filterset_fields = ["scope"]
    search_fields = ["name"]
    ordering_fields = ["id", "expires_at"]
    permission_classes = [IsAuthenticated, OthersAsPermitted, NotByKey]

    @extend_schema(request=ApiKeySerializer, responses={201: NewApiKeySerializer})
    def create(self, request: Request) -> Response:
        """A new key; the answer is the only one that holds it whole."""
        given = ApiKeySerializer(data=request.data, context=self.get_serializer_context())
        given.is_valid(raise_exception=True)
        owner = cast(AbstractBaseUser, request.user)
        key, text = keys.issue(owner=owner, **given.validated_data)
        shown = NewApiKeySerializer(key, context={**self.get_serializer_context(), "text": text})
        return Response(shown.data, status=201)

    def perform_destroy(self, instance: ApiKey) -> None:
        """It opens nothing any more, from this moment on."""
        keys.revoke(instance)
