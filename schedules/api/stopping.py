"""/api/scheduler/stop and /resume: everything stands still, one's own or everybody's."""

from typing import cast

from django.contrib.auth.models import AbstractBaseUser
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.idempotency import Idempotent
from scheduler_project.api.parameters import KnownParameters
from scheduler_project.api.permissions import permitted
from scheduler_project.api.rows import RowSerializer
from scheduler_project.api.serializers import StrictSerializer
from schedules import services
from schedules.models import Stop


class StopSerializer(RowSerializer, serializers.ModelSerializer[Stop]):
    """A stop that stands."""

    whole_system = serializers.SerializerMethodField()

    class Meta:
        model = Stop
        fields = ["whole_system", "owner", "by_staff", "note", "stopped_by", "stopped_at"]
        read_only_fields = fields

    def get_whole_system(self, stop: Stop) -> bool:
        """Whether it holds everybody up."""
        return stop.owner_id is None


class ScopeSerializer(StrictSerializer):
    """Whose runs are meant."""

    whole_system = serializers.BooleanField(
        default=False, help_text="Everybody's, not only one's own: for staff with a permission."
    )


class StopOrderSerializer(ScopeSerializer):
    """Whose runs shall stand still, and why."""

    note = serializers.CharField(required=False, allow_blank=True, default="")


class StopView(Idempotent, KnownParameters, APIView):
    """Stop everything."""

    @extend_schema(
        request=StopOrderSerializer, responses=StopSerializer, operation_id="stop_scheduler"
    )
    def post(self, request: Request) -> Response:
        """Nothing starts, and what runs is halted within seconds, until it is resumed."""
        order = StopOrderSerializer(data=request.data)
        order.is_valid(raise_exception=True)
        stop = services.stop(
            owner=_whose(request, order.validated_data["whole_system"], "add"),
            by_staff=order.validated_data["whole_system"],
            by=request.user.get_username(),
            note=order.validated_data["note"],
        )
        return Response(StopSerializer(stop).data)


class ResumedSerializer(serializers.Serializer):
    """What came of it."""

    lifted = serializers.BooleanField(help_text="False when there was nothing to lift.")
    stops = StopSerializer(many=True, help_text="What still holds one up.")


class ResumeView(Idempotent, KnownParameters, APIView):
    """Let everything go on."""

    @extend_schema(
        request=ScopeSerializer, responses=ResumedSerializer, operation_id="resume_scheduler"
    )
    def post(self, request: Request) -> Response:
        """What was halted starts again, and what fell due meanwhile is made up for."""
        order = ScopeSerializer(data=request.data)
        order.is_valid(raise_exception=True)
        whole = order.validated_data["whole_system"]
        lifted = services.resume(owner=_whose(request, whole, "delete"), by_staff=whole)
        left = services.standing_stops(request.user.pk)
        return Response(ResumedSerializer({"lifted": lifted, "stops": left}).data)


def _whose(request: Request, whole_system: bool, verb: str) -> AbstractBaseUser | None:
    """The requester, or None for everybody; PermissionDenied where that is not theirs to say."""
    user = cast(AbstractBaseUser, request.user)
    if whole_system and not permitted(user, Stop, verb):
        raise PermissionDenied(
            f"Only staff with the permission to {verb} stops may stop or resume the whole system."
        )
    return None if whole_system else user
