"""/api/agents, and the readable half of /api/agent-tasks."""

from typing import cast

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import QuerySet
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework import viewsets
from rest_framework.serializers import BaseSerializer

from agents import services
from agents.api.filters import AgentTaskFilter
from agents.api.serializers import (
    AgentSerializer,
    AgentTaskRowSerializer,
    AgentTaskSerializer,
    defaults,
)
from agents.models import Agent, AgentTask
from scheduler_project.api.pagination import History
from scheduler_project.api.permissions import OwnedByRequester


class AgentViewSet(OwnedByRequester, viewsets.ModelViewSet[Agent]):
    """Who runs commands: a runner kind, a model, instructions and limits."""

    queryset = Agent.objects.order_by("-id")
    serializer_class = AgentSerializer
    filterset_fields = ["name", "runner"]
    search_fields = ["name", "description"]
    ordering_fields = ["id", "name", "created_at", "updated_at"]

    def perform_create(self, serializer: BaseSerializer[Agent]) -> None:
        """POST: the requester becomes the owner."""
        owner = cast(AbstractBaseUser, self.request.user)
        serializer.instance = services.create_agent(owner=owner, fields=serializer.validated_data)

    def perform_update(self, serializer: BaseSerializer[Agent]) -> None:
        """PATCH changes what is given; PUT sets the rest to its defaults."""
        agent = cast(Agent, serializer.instance)
        replaced = {} if serializer.partial else defaults()
        serializer.instance = services.update_agent(
            agent=agent, changes=replaced | serializer.validated_data
        )

    def perform_destroy(self, instance: Agent) -> None:
        """DELETE: its tasks stay readable; 409 while a schedule needs it."""
        services.delete_agent(agent=instance)


class AgentTaskViewSet(OwnedByRequester, viewsets.ReadOnlyModelViewSet[AgentTask]):
    """Agent runs, newest first, whatever started them."""

    queryset = AgentTask.objects.all()
    filter_backends = [DjangoFilterBackend]
    filterset_class = AgentTaskFilter
    pagination_class = History
    # Ids are made of the time of creation.
    ordering = ("-id",)

    def get_queryset(self) -> QuerySet[AgentTask]:
        """Lists leave the results where they are."""
        tasks = super().get_queryset()
        return tasks.defer("result") if self.action == "list" else tasks

    def get_serializer_class(self) -> type[BaseSerializer[AgentTask]]:
        """Short rows in lists."""
        return AgentTaskRowSerializer if self.action == "list" else AgentTaskSerializer
