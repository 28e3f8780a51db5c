"""What can be done with many rows at once: each by the services, each refusal a sentence."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from django.db.models import Model, Q

from scheduler_project.labelled import spoken
from schedules import services
from schedules.forms import LABELS
from schedules.models import Approval, Execution, Schedule
from schedules.states import ACTIVE, FINAL

KEPT = (
    "Their executions stay on the ledger. What waits of them is cancelled, what runs may finish. "
    "Nothing brings them back."
)
ENDED = "The others had ended by then, and stay as they ended."


class Done(NamedTuple):
    """With how many rows it was done, and why not with the others."""

    number: int
    refused: list[str]


class Act(NamedTuple):
    """An action of a list; `by` is the name of whoever wants it."""

    model: type[Model]
    needs: str
    """One of the permissions of the model's admin."""
    title: str
    """What the button says."""
    done: str
    """What the rows are afterwards."""
    run: Callable[[Sequence[Any], str], Done]
    among: Q = Q()
    """With which rows it can be done at all."""
    chunk: int = 500
    """Rows in one request, which is one transaction."""
    warning: str = ""


def _run_now(rows: Sequence[Schedule], by: str) -> Done:
    starts = services.run_each(schedules=rows)
    return _done(rows, {key: start.refusal for key, start in starts.items()})


def _enable(rows: Sequence[Schedule], by: str) -> Done:
    refused = services.change_each(schedules=rows, action="enable")
    return _done(rows, {key: spoken(why, LABELS) for key, why in refused.items()})


def _disable(rows: Sequence[Schedule], by: str) -> Done:
    note = f"Disabled in the console by {by}."
    return _done(rows, services.change_each(schedules=rows, action="disable", note=note))


def _delete(rows: Sequence[Schedule], by: str) -> Done:
    return _done(rows, services.change_each(schedules=rows, action="delete"))


def _cancel(rows: Sequence[Execution], by: str) -> Done:
    number = services.cancel_executions(executions=[row.pk for row in rows])
    return Done(number, [ENDED] if number < len(rows) else [])


def _again(rows: Sequence[Execution], by: str) -> Done:
    return _done(rows, services.run_each_again(executions=rows))


def _approve(rows: Sequence[Approval], by: str) -> Done:
    return _done(rows, services.decide_approvals(approvals=rows, approved=True, by=by))


def _deny(rows: Sequence[Approval], by: str) -> Done:
    return _done(rows, services.decide_approvals(approvals=rows, approved=False, by=by))


def _done(rows: Sequence[Model], refused: Mapping[Any, str]) -> Done:
    """`refused` has the reasons by the rows' ids; an empty one is none."""
    told = [f"{row}: {refused[row.pk]}" for row in rows if refused.get(row.pk)]
    return Done(len(rows) - len(told), told)


ACTIVE_ONES, ENDED_ONES = Q(state__in=ACTIVE), Q(state__in=FINAL)
WAITING = Q(state=Approval.State.WAITING)
ACTS: dict[tuple[str, str], Act] = {
    ("schedules.schedule", "run_now"): Act(Schedule, "change", "Run now", "started", _run_now),
    ("schedules.schedule", "enable"): Act(Schedule, "change", "Enable", "on", _enable),
    ("schedules.schedule", "disable"): Act(Schedule, "change", "Disable", "off", _disable),
    # With each goes what its executions have to remember.
    ("schedules.schedule", "delete"): Act(
        Schedule, "delete", "Delete", "deleted", _delete, chunk=100, warning=KEPT
    ),
    ("schedules.execution", "cancel"): Act(
        Execution, "act", "Cancel", "cancelled", _cancel, ACTIVE_ONES
    ),
    # Those of one schedule start one after the other.
    ("schedules.execution", "again"): Act(
        Execution, "again", "Run again", "started", _again, ENDED_ONES, chunk=100
    ),
    ("schedules.approval", "approve"): Act(
        Approval, "act", "Approve", "approved", _approve, WAITING
    ),
    ("schedules.approval", "deny"): Act(Approval, "act", "Deny", "denied", _deny, WAITING),
}
