"""Many schedules of one owner switched on, switched off or deleted: all of them, or none."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple

from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q

from schedules.models import Schedule
from schedules.services import switching
from schedules.services.locks import lock_schedules


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
    switching.check_note(note)
    schedules, now = lock_schedules(Schedule.objects.filter(where, owner_id=owner.pk))
    wanted = {"enable": [False], "disable": [True], "delete": [True, False]}[action]
    changed = [each for each in schedules if each.enabled in wanted]
    if changed:
        ACTIONS[action](changed, now, note)
    if dry_run:
        transaction.set_rollback(True)
    return Selected(len(schedules), [(each.id, each.name) for each in changed])


def _enable(schedules: Sequence[Schedule], now: datetime, note: str) -> None:
    errors = []
    for schedule in schedules:
        try:
            switching.turn_on(schedule, now)
        except ValidationError as error:
            errors.append(f'"{schedule.name}" (id {schedule.id}): {" ".join(error.messages)}')
    if errors:
        raise ValidationError({"filter": errors})
    switching.write(schedules, schedules, now)


def _delete(schedules: Sequence[Schedule], now: datetime, note: str) -> None:
    switching.delete(schedules, now)


Action = Callable[[Sequence[Schedule], datetime, str], None]
ACTIONS: dict[str, Action] = {
    "enable": _enable,
    "disable": switching.turn_off,
    "delete": _delete,
}
ACTION_CHOICES = [(name, name) for name in ACTIONS]
