"""Create, change, switch and delete schedules."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.owners import lock_owner
from scheduler_project.errors import Conflict
from scheduler_project.lookup import one
from scheduler_project.versions import Versions, check
from schedules import db, definition, history, periodic_tasks, wakeup
from schedules.models import Schedule
from schedules.services import switching
from schedules.services.locks import lock_agents, lock_schedule
from schedules.services.recording import plan, record, start_phase


@transaction.atomic
def create_schedule(*, owner: AbstractBaseUser, fields: Mapping[str, Any]) -> Schedule:
    """Record a schedule and register its PeriodicTask; it counts from the commit on."""
    lock_owner(owner.pk)
    lock_agents([fields["agent"]])
    now = db.now()
    schedule = Schedule(owner_id=owner.pk, **fields)
    start_phase(schedule, now)
    definition.check(schedule, definition.WHEN, now)
    check_room(owner.pk, 1)
    _check_name(schedule)
    record([schedule], now)
    return cast(Schedule, one(Schedule, id=schedule.id))


@transaction.atomic
def update_schedule(
    *, schedule: Schedule, changes: Mapping[str, Any], versions: Versions = None
) -> Schedule:
    """Change a schedule; what was due before the change is accounted for as it was defined.

    A change of its timing takes effect at once: the next occurrence is computed anew. Where
    nothing differs, nothing is written. Stale if the schedule is of none of these versions by now.
    """
    if "name" in changes:
        lock_owner(schedule.owner_id)
    if "agent" in changes:
        lock_agents([changes["agent"]])
    schedule, now = lock_schedule(schedule)
    check(schedule, versions)
    changed = change(schedule, changes, now)
    if not changed:
        return schedule
    if "name" in changed:
        _check_name(schedule)
    if "enabled" in changed:
        switching.switched([schedule])
    _save(schedule)
    if changed & definition.WHEN:
        history.append([(schedule.id, now)])
    return schedule


def change(schedule: Schedule, changes: Mapping[str, Any], now: datetime) -> set[str]:
    """Set the fields of a locked schedule, to be written, and plan it anew; which have changed.

    ValidationError by field. What goes with the switch is the caller's to do (switching.switched).
    """
    changes = definition.without_other_timing(changes)
    changed = {name for name, value in changes.items() if getattr(schedule, name) != value}
    for name in changed:
        setattr(schedule, name, changes[name])
    if changed & definition.PHASE:
        start_phase(schedule, now)
    definition.check(schedule, changed, now)
    if changed & definition.WHEN:
        plan(schedule, now)
    return changed


@transaction.atomic
def enable_schedule(*, schedule: Schedule) -> Schedule:
    """Switch it on, from its next occurrence after now; one that is on stays as it is."""
    schedule, now = lock_schedule(schedule)
    if not schedule.enabled:
        switching.turn_on(schedule, now)
        switching.write([schedule], [schedule], now)
    return schedule


@transaction.atomic
def disable_schedule(*, schedule: Schedule, note: str = "") -> Schedule:
    """Switch it off and keep the note; what waits is cancelled, what runs may finish."""
    switching.check_note(note)
    schedule, now = lock_schedule(schedule)
    switching.turn_off([schedule], now, note)
    return schedule


@transaction.atomic
def delete_schedule(*, schedule: Schedule) -> None:
    """Delete it and its PeriodicTask; its executions stay, what runs may finish."""
    schedule, now = lock_schedule(schedule)
    switching.delete([schedule], now)


def check_room(owner_id: int, more: int) -> None:
    """Conflict unless the owner, who is locked, may have so many more."""
    limit, there = settings.MAX_SCHEDULES_PER_OWNER, Schedule.objects.filter(owner_id=owner_id)
    if there.count() + more > limit:
        raise Conflict(
            f"You have {limit} scheduled commands, the most that are allowed: delete one first."
            if more == 1
            else f"That would be more than the {limit} scheduled commands that are allowed."
        )


def _check_name(schedule: Schedule) -> None:
    same = Schedule.objects.filter(owner_id=schedule.owner_id, name=schedule.name)
    if same.exclude(pk=schedule.pk).exists():
        raise ValidationError(
            {"name": "You have a scheduled command of this name already: choose another name."}
        )


def _save(schedule: Schedule) -> None:
    schedule.save()
    periodic_tasks.update([schedule])
    wakeup.notify()
