"""Decide about calls of tools that runs wait for."""

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import transaction

from scheduler_project.errors import Conflict
from scheduler_project.text import problem_with
from schedules import approvals as decisions
from schedules.models import Approval

LONGEST_NOTE = 500


@transaction.atomic
def decide_approval(*, approval: Approval, approved: bool, by: str, note: str = "") -> Approval:
    """Approve or deny a call; the run goes on once all that it has asked for is decided.

    `by` says who has decided, `note` tells the model why it is denied. Deciding the same twice
    is fine; Conflict when something else was decided, or nobody waits for it any more.
    """
    refused = decide_approvals(approvals=[approval], approved=approved, by=by, note=note)
    if refused:
        raise Conflict(refused[approval.pk])
    approval.refresh_from_db()
    return approval


@transaction.atomic
def decide_approvals(
    *, approvals: Sequence[Approval], approved: bool, by: str, note: str = ""
) -> dict[int, str]:
    """As `decide_approval`, for each of them; why some could not be decided, by their ids.

    The number of statements does not depend on the number of approvals.
    """
    if problem := problem_with(note, LONGEST_NOTE):
        raise ValidationError({"note": problem})
    state = Approval.State.APPROVED if approved else Approval.State.DENIED
    wanted = [each.pk for each in approvals]
    left = set(wanted) - decisions.decide(wanted, state, note, by)
    found = dict(Approval.objects.filter(pk__in=left).values_list("pk", "state")) if left else {}
    # A run whose owner is deleted takes what it waits for along.
    return {key: _over(found.get(key, "gone")) for key in left if found.get(key) != state}


def _over(state: str) -> str:
    return f"Nothing is to be decided any more: the call is {state}."
