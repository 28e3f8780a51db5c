"""Stop everything, of one owner or of everybody, and let it go on."""

from collections.abc import Collection, Iterable

from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.db import transaction

from scheduler_project.errors import Conflict
from scheduler_project.text import problem_with
from schedules import db, wakeup
from schedules.models import Stop

LONGEST_NOTE = 200


@transaction.atomic
def stop(*, owner: AbstractBaseUser | None, by: str, note: str = "", by_staff: bool = True) -> Stop:
    """Let nothing of this owner, or of anybody (None), start or go on; repeating it is fine.

    What is running is halted at its worker's next heartbeat and starts again after
    `resume`, its attempt uncharged. What falls due meanwhile is judged then, by the missed
    policy of its schedule. `by` says who asked for it.
    """
    if problem := problem_with(note, LONGEST_NOTE):
        raise ValidationError({"note": problem})
    return Stop.objects.get_or_create(
        owner_id=owner.pk if owner else None,
        by_staff=by_staff,
        defaults={"note": note, "stopped_by": by},
    )[0]


# Those whose messages went round in vain; a retry still waits for its time. Bit by bit, and past
# what somebody is at: that row's message comes by itself, ten minutes later at most.
WAKE = """
UPDATE schedules_execution SET publish_at = greatest(now(), not_before)
WHERE id IN (
    SELECT id FROM schedules_execution
    WHERE state = 'pending' AND publish_at > greatest(now(), not_before)
      AND queued_at <= %(lifted_at)s AND (%(owner)s::int IS NULL OR owner_id = %(owner)s)
    LIMIT %(chunk)s FOR UPDATE SKIP LOCKED)
RETURNING 1
"""
CHUNK = 5000


def resume(*, owner: AbstractBaseUser | None, by_staff: bool | None = None) -> bool:
    """Lift a stop of staff's, or of the owner's own, or (None) both; False if there was none.

    What another stop covers stays stopped.
    """
    stops = Stop.objects.filter(owner_id=owner.pk if owner else None)
    if by_staff is not None:
        stops = stops.filter(by_staff=by_staff)
    lifted, _ = stops.delete()
    if lifted:
        _wake(owner.pk if owner else None)
        wakeup.notify()
    return bool(lifted)


def _wake(owner_id: int | None) -> None:
    facts = {"owner": owner_id, "lifted_at": db.now(), "chunk": CHUNK}
    while len(db.fetch(WAKE, facts)) == CHUNK:
        pass


# Written once: asked whenever somebody looks at the status or starts a run.
STANDING = """
SELECT * FROM schedules_stop WHERE owner_id = ANY(%s::int[]) OR owner_id IS NULL
ORDER BY owner_id DESC NULLS FIRST, by_staff DESC
"""


def standing_stops(owner_id: int | None) -> list[Stop]:
    """The stops that hold this owner up, the widest first."""
    return _standing([owner_id])


def _standing(owner_ids: Iterable[int | None]) -> list[Stop]:
    return list(Stop.objects.raw(STANDING, [list(owner_ids)]))


def refuse_if_stopped(owner_id: int) -> None:
    """Conflict, with the way out, while a stop holds this owner up."""
    if sentence := refusals([owner_id]).get(owner_id):
        raise Conflict(sentence)


def refusals(owner_ids: Collection[int]) -> dict[int, str]:
    """Of those of them whom a stop holds up: that sentence, of the widest one."""
    found: dict[int, str] = {}
    for stop in _standing(owner_ids):
        for held_up in owner_ids if stop.owner_id is None else [stop.owner_id]:
            found.setdefault(held_up, _refusal(stop))
    return found


def _refusal(stop: Stop) -> str:
    note = f" ({stop.note})" if stop.note else ""
    whose = "The whole system is" if stop.owner_id is None else "All runs of this owner are"
    way_out = "nothing starts until staff resume it" if stop.by_staff else "resume them first"
    return f"{whose} stopped{note}: {way_out}."
