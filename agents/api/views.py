"""/api/agents, and the readable half of /api/agent-tasks."""

from typing import cast

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import QuerySet
from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from accounts.idempotency import Idempotent
from agents import events, services
from agents.api.filters import AgentTaskFilter
from agents.api.serializers import (
    AgentSerializer,
    AgentTaskRowSerializer,
    AgentTaskSerializer,
    EventPageSerializer,
    EventsAfterSerializer,
    defaults,
)
from agents.models import Agent, AgentTask
from scheduler_project.api.filters import Filters
from scheduler_project.api.located import Located
from scheduler_project.api.pagination import Keyset
from scheduler_project.api.permissions import OwnedByRequester, OwnRows
from scheduler_project.api.rows import RowLists
from scheduler_project.api.versioned import Versioned


class AgentViewSet(Idempotent, Located, Versioned, RowLists, OwnRows, viewsets.ModelViewSet[Agent]):
    """Who runs commands: a runner kind, a model, instructions and limits."""

    queryset = Agent.objects.order_by("-id")
    serializer_class = AgentSerializer
    filterset_fields = ["name", "runner"]
    search_fields = ["name", "description"]
    ordering_fields = ["id", "name", "created_at", "updated_at"]

    def perform_create(self, serializer: BaseSerializer[Agent]) -> None:
        """A new agent of the requester's; the services check what its fields may say together."""
        owner = cast(AbstractBaseUser, self.request.user)
        serializer.instance = services.create_agent(owner=owner, fields=serializer.validated_data)

    def perform_update(self, serializer: BaseSerializer[Agent]) -> None:
        """PATCH changes what is given; PUT sets the rest to its defaults, all but the secrets."""
        agent = cast(Agent, serializer.instance)
        replaced = {} if serializer.partial else defaults()
        serializer.instance = services.update_agent(
            agent=agent,
            changes=replaced | serializer.validated_data,
            versions=self.wanted_versions(),
        )

    def perform_destroy(self, instance: Agent) -> None:
        """Its tasks stay readable; 409 while a schedule needs it."""
        services.delete_agent(agent=instance)


class AgentTaskViewSet(RowLists, OwnedByRequester, viewsets.ReadOnlyModelViewSet[AgentTask]):
    """Agent runs, newest first, whatever started them."""

    queryset = AgentTask.objects.all()
    listed = AgentTaskRowSerializer.tuples(queryset)
    filter_backends = [Filters]
    filterset_class = AgentTaskFilter
    pagination_class = Keyset
    # Ids are made of the time of creation.
    ordering = ("-id",)

    def get_queryset(self) -> QuerySet[AgentTask]:
        """Without the result, which may be long, where only the trace is asked for."""
        tasks = super().get_queryset()
        return tasks.defer("result") if self.action == "events" else tasks

    def get_serializer_class(self) -> type[BaseSerializer[AgentTask]]:
        """Short rows in lists."""
        return AgentTaskRowSerializer if self.action == "list" else AgentTaskSerializer

    @extend_schema(
        operation_id="list_events_of_agent_task",
        parameters=[EventsAfterSerializer],
        responses=EventPageSerializer,
    )
    @action(
        detail=True,
        filter_backends=[],
        pagination_class=None,
        query_serializer_class=EventsAfterSerializer,
    )
    def events(self, request: Request, pk: str) -> Response:
        """The trace of the run, oldest first, from a number on; ask again with `next`."""
        asked = self.asked()
        task = self.get_object()
        after = asked["after"]
        (page,) = events.pages([(task.pk, after)], asked["limit"])
        if page is None:  # deleted at this very moment
            raise Http404
        last = page.events[-1]["number"] if page.events else after
        shown = {"events": page.events, "next": last, "final": page.final, "state": page.state}
        return Response(EventPageSerializer(shown).data)
