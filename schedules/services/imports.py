"""All schedules of an owner as a document says them: made, changed, deleted, or none of it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import NOT_PROVIDED, Q
from django.utils import timezone

from accounts.owners import lock_owner
from schedules import definition, history, periodic_tasks, rows, wakeup
from schedules.models import Schedule
from schedules.services import switching
from schedules.services.definitions import change, check_room
from schedules.services.locks import lock_agents, lock_schedules
from schedules.services.recording import record, start_phase

Entry = Mapping[str, Any]


class Imported(NamedTuple):
    """Names of what was done with which schedule or, in a dry run, would have been."""

    created: list[str]
    updated: list[str]
    unchanged: list[str]
    deleted: list[str]


@transaction.atomic
def import_schedules(
    *, owner: AbstractBaseUser, entries: Sequence[Entry], prune: bool = False, dry_run: bool = False
) -> Imported:
    """Make or change the owner's schedule of each entry's name; `prune` deletes all others.

    An entry has all fields, and a name of its own. ValidationError names entry and field; Conflict
    beyond the limit of schedules. A dry run does the same and takes it back. The number of
    statements does not depend on the number of entries.
    """
    lock_owner(owner.pk)
    lock_agents(entry["agent"] for entry in entries)
    names = {entry["name"] for entry in entries}
    wanted = Q(owner_id=owner.pk) if prune else Q(owner_id=owner.pk, name__in=names)
    there, now = lock_schedules(Schedule.objects.filter(wanted))
    pruned = [schedule for schedule in there if schedule.name not in names]
    plan = _Plan(owner, {schedule.name: schedule for schedule in there}, now)
    plan.read(entries)
    if pruned:
        switching.delete(pruned, now)
    check_room(owner.pk, len(plan.created))
    plan.write()
    if dry_run:
        transaction.set_rollback(True)
    found = (plan.created, plan.updated, plan.unchanged, pruned)
    return Imported(*(_names(schedules) for schedules in found))


class _Plan:
    """What the entries come to."""

    def __init__(
        self, owner: AbstractBaseUser, there: Mapping[str, Schedule], now: datetime
    ) -> None:
        self._owner, self._there, self._now = owner, there, now
        self.created: list[Schedule] = []
        self.updated: list[Schedule] = []
        self.unchanged: list[Schedule] = []
        self._planned: list[Schedule] = []
        self._switched: list[Schedule] = []

    def read(self, entries: Iterable[Entry]) -> None:
        """Look at each of them; ValidationError with all that is wrong."""
        errors: dict[str, Any] = {}
        for place, entry in enumerate(entries):
            try:
                self._read(entry)
            except ValidationError as error:
                where = f"scheduled_commands.{place}"
                errors |= {f"{where}.{name}": said for name, said in error.message_dict.items()}
        if errors:
            raise ValidationError(errors)

    def _read(self, entry: Entry) -> None:
        schedule = self._there.get(entry["name"])
        if schedule is None:
            self._create(entry)
            return
        changed = change(schedule, entry, self._now)
        (self.updated if changed else self.unchanged).append(schedule)
        if "enabled" in changed:
            self._switched.append(schedule)
        if changed & definition.WHEN:
            self._planned.append(schedule)

    def _create(self, entry: Entry) -> None:
        schedule = Schedule(owner_id=self._owner.pk, **entry)
        start_phase(schedule, self._now)
        definition.check(schedule, definition.WHEN, self._now)
        self.created.append(schedule)

    def write(self) -> None:
        """Store all of it."""
        if self.created:
            record(self.created, self._now)
        switching.switched(self._switched)
        if self.updated:
            _rewrite(self.updated)
        history.append([(schedule.id, self._now) for schedule in self._planned])


def _rewrite(schedules: Sequence[Schedule]) -> None:
    for schedule in schedules:
        schedule.updated_at = timezone.now()
    fields = Schedule._meta.concrete_fields
    own = [each.name for each in fields if each.db_default is NOT_PROVIDED]
    rows.update(schedules, own)
    periodic_tasks.update(schedules)
    wakeup.notify()


def _names(schedules: Iterable[Schedule]) -> list[str]:
    return sorted(schedule.name for schedule in schedules)
