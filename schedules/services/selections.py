"""Many schedules switched on, switched off or deleted: all of an owner's or none, or each."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple

from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q

from schedules.models import Schedule
from schedules.services import switching
from schedules.services.locks import DELETED, lock_schedules


class Selected(NamedTuple):
    """What was found, and those of it that were changed or, in a dry run, would have been."""

    matched: int
    changed: list[tuple[int, str]]


@transaction.atomic
def change_schedules(
    *, owner: AbstractBaseUser, action: str, where: Q, note: str = "", dry_run: bool = False
) -> Selected:
    """Do one of ACTIONS with each schedule of the owner's that `where` describes.

    All or nothing: ValidationError with a sentence for each that cannot be switched on. What is
    on or off already stays as it is. A dry run does the same and takes it back.
    """
    found, changed, refused = _change(Q(where, owner_id=owner.pk), action, note)
    if refused:
        told = [f'"{each.name}" (id {each.id}): {why}' for each, why in refused]
        raise ValidationError({"filter": told})
    if dry_run:
        transaction.set_rollback(True)
    return Selected(len(found), [(each.id, each.name) for each in changed])


@transaction.atomic
def change_each(*, schedules: Sequence[Schedule], action: str, note: str = "") -> dict[int, str]:
    """Do one of ACTIONS with each of these, anybody's; why not with some, by their ids.

    The number of statements does not depend on the number of schedules, nor of owners.
    """
    wanted = [each.pk for each in schedules]
    found, _, refused = _change(Q(pk__in=wanted), action, note)
    gone = dict.fromkeys(set(wanted) - {each.pk for each in found}, DELETED)
    return gone | {each.pk: why for each, why in refused}


Refused = list[tuple[Schedule, str]]


def _change(where: Q, action: str, note: str) -> tuple[list[Schedule], list[Schedule], Refused]:
    """What was found, what of it was to be changed, and what could not be, and why."""
    switching.check_note(note)
    schedules, now = lock_schedules(Schedule.objects.filter(where))
    wanted = {"enable": [False], "disable": [True], "delete": [True, False]}[action]
    changed = [each for each in schedules if each.enabled in wanted]
    refused = ACTIONS[action](changed, now, note) if changed else []
    return schedules, changed, refused


def _enable(schedules: Sequence[Schedule], now: datetime, note: str) -> Refused:
    refused = Refused()
    for schedule in schedules:
        try:
            switching.turn_on(schedule, now)
        except ValidationError as error:
            refused.append((schedule, " ".join(error.messages)))
    never = {each.pk for each, _ in refused}
    if on := [each for each in schedules if each.pk not in never]:
        switching.write(on, on, now)
    return refused


def _disable(schedules: Sequence[Schedule], now: datetime, note: str) -> Refused:
    switching.turn_off(schedules, now, note)
    return []


def _delete(schedules: Sequence[Schedule], now: datetime, note: str) -> Refused:
    switching.delete(schedules, now)
    return []


Action = Callable[[Sequence[Schedule], datetime, str], Refused]
ACTIONS: dict[str, Action] = {
    "enable": _enable,
    "disable": _disable,
    "delete": _delete,
}
ACTION_CHOICES = [(name, name) for name in ACTIONS]
