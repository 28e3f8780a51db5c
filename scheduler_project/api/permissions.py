"""Who sees what: every queryset starts from its owner."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.http import Http404

from scheduler_project.api.parameters import KnownParameters
from scheduler_project.lookup import one


class OwnedByRequester(KnownParameters):
    """View mixin: the requester's own rows only; staff see everyone's.

    Put it left of the DRF base class. Someone else's row does not exist (404).
    """

    owner_field = "owner"

    def get_queryset(self) -> QuerySet[Any]:
        """The view's queryset, cut down to what the requester may see."""
        queryset: QuerySet[Any] = super().get_queryset()  # type: ignore[misc]
        return visible_to(self.request.user, queryset, self.owner_field)  # type: ignore[attr-defined]


class OwnRows(OwnedByRequester):
    """The same for models whose rows have an `owner_id`; one of them is found without delay."""

    def get_object(self) -> Any:
        """The row that the address names; Http404 if the requester may see none of this id."""
        view: Any = self
        try:
            row = visible_one(view.request.user, view.queryset.model, view.kwargs["pk"])
        except ValidationError as error:
            raise Http404 from error
        if row is None:
            raise Http404
        view.check_object_permissions(view.request, row)
        return row


def visible_one(user: Any, model: type[Model], key: int | str) -> Any | None:
    """The row of a model with `owner_id` that has this id, if `user` may see it; None if not.

    ValidationError for what could be nobody's id.
    """
    field = model._meta.pk
    value = field.to_python(key)
    try:
        field.run_validators(value)
    except ValidationError:
        return None  # No database has room for it.
    whose = {} if user.is_staff else {"owner_id": user.pk}
    return one(model, **{field.attname: value}, **whose)


def own(model: type[Model]) -> Callable[[Any], QuerySet[Any]]:
    """For a filter: the rows of `model` that a request may name; any other does not exist."""

    def rows(request: Any) -> QuerySet[Any]:
        everything = model._default_manager.all()
        # Without a request the schema is being written.
        return everything if request is None else visible_to(request.user, everything)

    return rows


def visible_to(user: Any, queryset: QuerySet[Any], owner_field: str = "owner") -> QuerySet[Any]:
    """The rows of `queryset` that `user` may see: none for nobody, all for staff."""
    if not user.is_authenticated:
        return queryset.none()
    return queryset if user.is_staff else queryset.filter(**{owner_field: user})
