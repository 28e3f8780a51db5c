"""Decide about calls of tools that runs wait for."""

from django.core.exceptions import ValidationError

from scheduler_project.errors import Conflict
from scheduler_project.text import problem_with
from schedules import approvals
from schedules.models import Approval

LONGEST_NOTE = 500


def decide_approval(*, approval: Approval, approved: bool, by: str, note: str = "") -> Approval:
    """Approve or deny a call; the run goes on once all that it has asked for is decided.

    `by` says who has decided, `note` tells the model why it is denied. Deciding the same twice
    is fine; Conflict when something else was decided, or nobody waits for it any more.
    """
    if problem := problem_with(note, LONGEST_NOTE):
        raise ValidationError({"note": problem})
    state = Approval.State.APPROVED if approved else Approval.State.DENIED
    decided = approvals.decide(approval.pk, state, note, by)
    approval.refresh_from_db()
    if not decided and approval.state != state:
        raise Conflict(f"Nothing is to be decided any more: the call is {approval.state}.")
    return approval
