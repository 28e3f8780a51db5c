"""Schedules declared by name: made if there is none of that name, or changed."""

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction

from accounts.owners import lock_owner
from scheduler_project.versions import Stale, Versions
from schedules.models import Schedule
from schedules.services.definitions import create_schedule, update_schedule


class Exists(Stale):
    """There is one, and a new one was wanted (HTTP 412)."""

    def __str__(self) -> str:
        return "You have a scheduled command of this name already."


class Missing(Stale):
    """There is none, and an edit was meant for one (HTTP 412)."""

    def __str__(self) -> str:
        return "You have no scheduled command of this name any more."


@transaction.atomic
def put_schedule(
    *,
    owner: AbstractBaseUser,
    name: str,
    fields: Mapping[str, Any],
    versions: Versions = None,
    there: bool | None = None,
) -> tuple[Schedule, bool]:
    """The owner's schedule of that name with these fields, and whether it is new.

    `there` says whether it has to exist already (None: either way): Missing or Exists otherwise.
    Stale if it is of none of these versions.
    """
    # Of several that come at once with a new name, each looks after the one before has ended.
    lock_owner(owner.pk)
    found = Schedule.objects.filter(owner_id=owner.pk, name=name).first()
    if found is None:
        if there:
            raise Missing
        return create_schedule(owner=owner, fields={**fields, "name": name}), True
    if there is False:
        raise Exists
    return update_schedule(schedule=found, changes=fields, versions=versions), False
