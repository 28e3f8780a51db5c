"""Stop everything, of one owner or of everybody, and let it go on."""

from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q

from scheduler_project.errors import Conflict
from scheduler_project.text import problem_with
from schedules import db, wakeup
from schedules.models import Stop

LONGEST_NOTE = 200


@transaction.atomic
def stop(*, owner: AbstractBaseUser | None, by: str, note: str = "") -> Stop:
    """Let nothing of this owner, or of anybody (None), start or go on; repeating it is fine.

    What is running is halted at its worker's next heartbeat and starts again after
    `resume`, its attempt uncharged. What falls due meanwhile is judged then, by the missed
    policy of its schedule. `by` says who asked for it.
    """
    if problem := problem_with(note, LONGEST_NOTE):
        raise ValidationError({"note": problem})
    return Stop.objects.get_or_create(
        owner_id=owner.pk if owner else None, defaults={"note": note, "stopped_by": by}
    )[0]


# Those whose messages went round in vain; a retry still waits for its time.
WAKE = """
UPDATE schedules_execution SET publish_at = greatest(now(), not_before)
WHERE state = 'pending' AND publish_at IS NOT NULL
  AND (%(owner)s::int IS NULL OR owner_id = %(owner)s)
"""


@transaction.atomic
def resume(*, owner: AbstractBaseUser | None) -> bool:
    """Lift a stop; False if there was none. What another stop covers stays stopped."""
    lifted, _ = Stop.objects.filter(owner_id=owner.pk if owner else None).delete()
    if lifted:
        db.fetch(WAKE, {"owner": owner.pk if owner else None})
        wakeup.notify()
    return bool(lifted)


def standing_stops(owner_id: int | None) -> list[Stop]:
    """The stops that hold this owner up, the widest first."""
    concerned = Stop.objects.filter(Q(owner_id=owner_id) | Q(owner_id=None))
    return list(concerned.order_by("-owner_id"))


def refuse_if_stopped(owner_id: int) -> None:
    """Conflict, with the way out, while a stop holds this owner up."""
    for found in standing_stops(owner_id):
        note = f" ({found.note})" if found.note else ""
        if found.owner_id is None:
            raise Conflict(
                f"The whole system is stopped{note}: nothing starts until staff resume it."
            )
        raise Conflict(f"All runs of this owner are stopped{note}: resume them first.")
