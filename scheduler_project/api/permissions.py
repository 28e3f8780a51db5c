"""Who sees and does what: every queryset starts from its owner.

Staff see and do as much of what belongs to others as Django's model permissions allow, as on pages.
"""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.http import Http404
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from scheduler_project.api.parameters import KnownParameters
from scheduler_project.lookup import one

# By the method of a request; any other changes something.
VERBS = {"GET": "view", "HEAD": "view", "OPTIONS": "view", "DELETE": "delete"}


class OthersAsPermitted(BasePermission):
    """What belongs to somebody else is read, changed and deleted by staff who are permitted to."""

    message = "It is somebody else's: this takes a permission that you do not have."

    def has_object_permission(self, request: Request, view: Any, row: Any) -> bool:
        """Whether a row, which the requester may see, is theirs or their business."""
        verb = VERBS.get(request.method or "", "change")
        return row.owner_id == request.user.pk or permitted(request.user, type(row), verb)


def permitted(user: Any, model: type[Model], verb: str = "view") -> bool:
    """Whether somebody is on the staff and may view, add, change or delete what others have."""
    name = f"{model._meta.app_label}.{verb}_{model._meta.model_name}"
    return user.is_staff and user.has_perm(name)


class OwnedByRequester(KnownParameters):
    """View mixin: the requester's own rows only; staff see everyone's, if they are permitted to.

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
    whose = {} if permitted(user, model) else {"owner_id": user.pk}
    return one(model, **{field.attname: value}, **whose)


def own(model: type[Model]) -> Callable[[Any], QuerySet[Any]]:
    """For a filter: the rows of `model` that a request may name; any other does not exist."""

    def rows(request: Any) -> QuerySet[Any]:
        everything = model._default_manager.all()
        # Without a request the schema is being written.
        return everything if request is None else visible_to(request.user, everything)

    return rows


def visible_to(user: Any, queryset: QuerySet[Any], owner_field: str = "owner") -> QuerySet[Any]:
    """The rows of `queryset` that `user` may see: none for nobody, all for permitted staff."""
    if not user.is_authenticated:
        return queryset.none()
    return queryset if permitted(user, queryset.model) else queryset.filter(**{owner_field: user})
