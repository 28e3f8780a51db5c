"""Query parameters: what nothing reads is refused, not ignored."""

from collections.abc import Iterable, Iterator
from typing import Any, ClassVar

from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.exceptions import ValidationError
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.serializers import Serializer
from rest_framework.settings import api_settings

from scheduler_project.text import printable, suggestion

FORMAT = api_settings.URL_FORMAT_OVERRIDE
MAX_UNKNOWN_NAMED = 20


class KnownParameters:
    """View mixin, left of DRF's base class: 400 for each parameter that the request has in vain.

    Known are `format`, what `query_serializer_class` declares and, for what is in `lists`, what
    filters and pages declare.
    """

    lists: ClassVar[frozenset[str]] = frozenset({"list"})
    """Actions that are narrowed down, put in order and cut into pages by parameters."""
    query_serializer_class: type[Serializer] | None = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """After the requester is known, and before anything is done."""
        super().initial(request, *args, **kwargs)  # type: ignore[misc]
        if request.query_params and (errors := _errors(request, sorted(_known(self)))):
            raise ValidationError(errors)

    def asked(self) -> dict[str, Any]:
        """What the parameters say by `query_serializer_class`; ValidationError."""
        assert self.query_serializer_class is not None
        request: Request = self.request  # type: ignore[attr-defined]
        given = {name: value for name, value in request.query_params.items() if name != FORMAT}
        query = self.query_serializer_class(data=given, context={"request": request})
        query.is_valid(raise_exception=True)
        return dict(query.validated_data)


class Negotiation(DefaultContentNegotiation):
    """A `format` that there is not is the request's error, and no address that is not there."""

    def filter_renderers(
        self, renderers: Iterable[BaseRenderer], format: str
    ) -> list[BaseRenderer]:
        """Those of this format; ValidationError if there are none."""
        renderers = list(renderers)
        found = [renderer for renderer in renderers if renderer.format == format]
        if not found:
            there = ", ".join(dict.fromkeys(renderer.format or "" for renderer in renderers))
            raise ValidationError({FORMAT: f"Choose one of {there}."})
        return found


def _known(view: Any) -> Iterator[str]:
    yield FORMAT
    if view.query_serializer_class:
        yield from view.query_serializer_class().fields
    if getattr(view, "action", None) in view.lists:
        for backend in view.filter_backends:
            yield from _of_filters(backend(), view)
        yield from _names(view.paginator.get_schema_operation_parameters(view))


def _of_filters(backend: Any, view: Any) -> Iterable[str]:
    if isinstance(backend, DjangoFilterBackend):
        filters = backend.get_filterset_class(view, view.queryset)
        return filters.base_filters if filters else ()
    return _names(backend.get_schema_operation_parameters(view))


def _names(described: Iterable[dict[str, Any]]) -> list[str]:
    return [parameter["name"] for parameter in described]


def _errors(request: Request, known: list[str]) -> dict[str, str]:
    errors = {}
    for name, values in request.query_params.lists():
        if name not in known:
            errors[name] = f"Unknown parameter.{suggestion(name, known)}"
        elif len(values) > 1:
            errors[name] = f"Give {printable(name, 100)} once."
    return dict(list(errors.items())[:MAX_UNKNOWN_NAMED])
