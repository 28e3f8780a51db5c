"""/api/agent-tasks: agent runs; starting one without a schedule goes through the ledger, too."""

from typing import cast

from django.contrib.auth.models import AbstractBaseUser
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.idempotency import Idempotent
from agents import api as agents_api
from agents.api.serializers import AgentTaskSerializer
from agents.models import Agent
from scheduler_project.api.located import Located
from scheduler_project.api.serializers import OwnedField, StrictSerializer, WholeNumberField
from schedules import services
from schedules.services.agent_tasks import LONGEST_TIMEOUT, USUAL_TIMEOUT


class StartSerializer(StrictSerializer):
    """The order for an agent task of its own."""

    agent = OwnedField(queryset=Agent.objects.all())
    command = serializers.CharField()
    timeout_seconds = WholeNumberField(
        min_value=1, max_value=LONGEST_TIMEOUT, default=USUAL_TIMEOUT
    )


class AgentTaskViewSet(Idempotent, Located, agents_api.AgentTaskViewSet):
    """Agent runs, newest first, whatever started them."""

    @extend_schema(
        operation_id="start_agent_task",
        request=StartSerializer,
        responses={202: AgentTaskSerializer},
    )
    def create(self, request: Request) -> Response:
        """Start an agent task without a schedule."""
        order = StartSerializer(data=request.data, context=self.get_serializer_context())
        order.is_valid(raise_exception=True)
        owner = cast(AbstractBaseUser, request.user)
        task = services.start_agent_task(owner=owner, **order.validated_data)
        return Response(AgentTaskSerializer(task).data, status=status.HTTP_202_ACCEPTED)
