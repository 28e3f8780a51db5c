"""What can be done with many rows at once: each by the services, each refusal a sentence."""

from collections.abc import Callable, Iterable, Sequence
from itertools import groupby
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db.models import Model, Q

from scheduler_project.errors import Conflict, sentences
from schedules import services
from schedules.models import Execution, Schedule


class Done(NamedTuple):
    """What became of some rows: how many it was done with, and why not with others."""

    number: int
    refused: list[str]


class Act(NamedTuple):
    """An action of a list; `by` is the name of whoever wants it."""

    model: type[Model]
    needs: str
    title: str
    """What the button says."""
    done: str
    """What the rows are afterwards."""
    chunk: int
    """Rows in one request."""
    run: Callable[[Sequence[Any], str], Done]


def _run_now(rows: Sequence[Schedule], by: str) -> Done:
    return _each(rows, lambda row: services.run_now(schedule=row))


def _enable(rows: Sequence[Schedule], by: str) -> Done:
    return _switch(rows, "enable", "", lambda row: services.enable_schedule(schedule=row))


def _disable(rows: Sequence[Schedule], by: str) -> Done:
    note = f"Disabled in the console by {by}."
    return _switch(
        rows, "disable", note, lambda row: services.disable_schedule(schedule=row, note=note)
    )


def _cancel(rows: Sequence[Execution], by: str) -> Done:
    number = services.cancel_executions(executions=[row.pk for row in rows])
    ended = len(rows) - number
    return Done(number, [f"{ended} had ended already."] if ended else [])


ACTS: dict[tuple[str, str], Act] = {
    ("schedules.schedule", "run_now"): Act(Schedule, "change", "Run now", "started", 50, _run_now),
    ("schedules.schedule", "enable"): Act(Schedule, "change", "Enable", "on", 500, _enable),
    ("schedules.schedule", "disable"): Act(Schedule, "change", "Disable", "off", 500, _disable),
    ("schedules.execution", "cancel"): Act(Execution, "act", "Cancel", "cancelled", 500, _cancel),
}


def _switch(
    rows: Sequence[Schedule], action: str, note: str, alone: Callable[[Schedule], object]
) -> Done:
    """Owner by owner; where one of an owner's is refused, that owner's one by one."""
    number, refused = 0, list[str]()
    for _, own in groupby(sorted(rows, key=lambda row: row.owner_id), lambda row: row.owner_id):
        mine = list(own)
        where = Q(pk__in=[row.pk for row in mine])
        try:
            found = services.change_schedules(
                owner=mine[0].owner, action=action, where=where, note=note
            )
            done = Done(found.matched, [])
        except ValidationError:
            done = _each(mine, alone)
        number, refused = number + done.number, refused + done.refused
    return Done(number, refused)


def _each(rows: Iterable[Any], act: Callable[[Any], object]) -> Done:
    number, refused = 0, list[str]()
    for row in rows:
        try:
            act(row)
            number += 1
        except (Conflict, ValidationError) as error:
            refused.append(f"{row}: {' '.join(sentences(error))}")
    return Done(number, refused)
