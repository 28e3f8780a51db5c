"""Scheduled commands that are declared: by name, many at a time."""

from collections.abc import Mapping
from typing import Any, cast

from django.contrib.auth.models import AbstractBaseUser
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import viewsets
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from agents.models import Agent
from scheduler_project.api.json import Renderer
from scheduler_project.api.parameters import KnownParameters
from scheduler_project.api.parsers import BoundedJSONParser
from scheduler_project.api.versioned import Versioned
from scheduler_project.api.yaml import YAMLParser, YAMLRenderer
from scheduler_project.text import problem_with
from schedules import services
from schedules.api.documents import (
    DocumentSerializer,
    ImportedSerializer,
    ImportQuerySerializer,
    document,
)
from schedules.api.selections import BulkAnswerSerializer, BulkSerializer, shown
from schedules.api.serializers import ScheduleSerializer, defaults
from schedules.definition import LONGEST
from schedules.models import Schedule

IF_NONE_MATCH = OpenApiParameter(
    "If-None-Match",
    str,
    OpenApiParameter.HEADER,
    enum=["*"],
    description="`*`: 412 if there is one of this name already.",
)

# A document leaves out what a new one has anyway: it is described as what `import` takes.
AS_IMPORTED = {"$ref": "#/components/schemas/DocumentRequest"}


class Declarations(KnownParameters, Versioned, viewsets.GenericViewSet[Schedule]):
    """View set base: what says how scheduled commands shall be. Always the requester's own."""

    @extend_schema(
        operation_id="put_scheduled_command_by_name",
        parameters=[IF_NONE_MATCH],
        responses={200: ScheduleSerializer, 201: ScheduleSerializer},
    )
    @action(detail=False, methods=["put"], url_path="by-name/(?P<name>(?s:.+))")
    def by_name(self, request: Request, name: str) -> Response:
        """Make the one of this name, or change it: what the body leaves out has its default."""
        owner = cast(AbstractBaseUser, request.user)
        if problem := problem_with(name, LONGEST["name"]):
            raise ValidationError({"name": problem})
        found = Schedule.objects.filter(owner_id=owner.pk, name=name).first()
        order = self.get_serializer(found, data=_named(request.data, name))
        order.is_valid(raise_exception=True)
        schedule, is_new = services.put_schedule(
            owner=owner,
            name=name,
            fields=_unnamed(defaults() | order.validated_data, name),
            versions=self.wanted_versions(),
            there=self._there(),
        )
        return Response(self.get_serializer(schedule).data, status=201 if is_new else 200)

    def _there(self) -> bool | None:
        """Whether it has to exist, by If-Match and If-None-Match (RFC 9110, section 13.1)."""
        unless = self.request.headers.get("If-None-Match")
        if unless not in {None, "*"}:
            raise ValidationError({"If-None-Match": "Give *, or leave it out."})
        if unless:
            return False
        return True if "If-Match" in self.request.headers else None

    @extend_schema(
        operation_id="change_scheduled_commands_in_bulk",
        request=BulkSerializer,
        responses=BulkAnswerSerializer,
    )
    @action(detail=False, methods=["post"])
    def bulk(self, request: Request) -> Response:
        """Enable, disable or delete all that a filter describes, or none if one of them cannot."""
        order = BulkSerializer(data=request.data, context=self.get_serializer_context())
        order.is_valid(raise_exception=True)
        owner = cast(AbstractBaseUser, request.user)
        selected = services.change_schedules(owner=owner, **order.validated_data)
        return Response(shown(order.validated_data, selected))

    @extend_schema(responses={200: AS_IMPORTED})
    @action(detail=False, filter_backends=[], renderer_classes=[YAMLRenderer, Renderer])
    def export(self, request: Request) -> Response:
        """All of one's own, as `import` reads them: in a stable order, agents by name."""
        return Response(document(Schedule.objects.filter(owner_id=request.user.pk)))

    @extend_schema(
        operation_id="import_scheduled_commands",
        request=DocumentSerializer,
        parameters=[ImportQuerySerializer],
        responses=ImportedSerializer,
    )
    @action(
        detail=False,
        methods=["post"],
        url_path="import",
        parser_classes=[BoundedJSONParser, YAMLParser],
        query_serializer_class=ImportQuerySerializer,
    )
    def load(self, request: Request) -> Response:
        """Make or change all that a document names, or none of it."""
        asked, owner = self.asked(), cast(AbstractBaseUser, request.user)
        agents = {agent.name: agent for agent in Agent.objects.filter(owner_id=owner.pk)}
        context = {**self.get_serializer_context(), "agents": agents}
        order = DocumentSerializer(data=request.data, context=context)
        order.is_valid(raise_exception=True)
        entries = order.validated_data["scheduled_commands"]
        done = services.import_schedules(owner=owner, entries=entries, **asked)
        return Response(ImportedSerializer(done._asdict() | {"dry_run": asked["dry_run"]}).data)


def _unnamed(fields: dict[str, Any], name: str) -> dict[str, Any]:
    """The other fields; ValidationError if the name is none that a schedule could have."""
    if fields.pop("name") != name:
        raise ValidationError({"name": "A name neither begins nor ends with a space."})
    return fields


def _named(body: Any, name: str) -> Any:
    """The body with the name in the address; ValidationError where it says another."""
    if not isinstance(body, Mapping):
        return body
    if body.get("name", name) != name:
        raise ValidationError({"name": "The address says another name: leave it out here."})
    return {**body, "name": name}
