"""Runs that budgets do not let start: skipped with the reason, their owners told.

One of the writers of an execution's state (see claims.py). The caller holds the row
locks of schedules, executions and budgets.
"""

import logging
from collections.abc import Collection, Sequence

from agents.errors import ErrorType
from schedules import approvals, buffering, db, notifications, pausing, prepared_tasks
from schedules.notifications import BudgetAlert
from schedules.reservations import Decided
from schedules.states import State, sources

logger = logging.getLogger(__name__)


def carry_out(decided: Collection[Decided]) -> None:
    """Skip what was refused, pause where that was the word, and tell what there is to tell."""
    refused = [each for each in decided if each.decision.verdict != "go"]
    if refused:
        _skip(refused)
        schedules = {each.applicant.schedule_id for each in refused}
        buffering.release([schedule for schedule in schedules if schedule is not None])
        _pause(refused)
    notifications.tell_alerts(
        [
            BudgetAlert(alert.budget_id, each.applicant.schedule_id, alert.message)
            for each in decided
            for alert in each.decision.alerts
        ]
    )


SKIP = """
UPDATE schedules_execution e
SET state = %s, reason = left(new.reason, 200), finished_at = now(), publish_at = NULL
FROM unnest(%s::uuid[], %s::text[]) AS new(id, reason)
WHERE e.id = new.id AND e.state = ANY(%s)
"""


def _skip(refused: Sequence[Decided]) -> None:
    reasons = {each.applicant.id: each.decision.reason for each in refused}
    states = [state.value for state in sources(State.SKIPPED)]
    db.fetch(SKIP, (State.SKIPPED.value, *db.columns(reasons.items(), 2), states))
    sentences = {execution: f"Not started: {reason}." for execution, reason in reasons.items()}
    prepared_tasks.end(sentences, "failed", ErrorType.BUDGET_EXCEEDED)
    approvals.withdraw(list(reasons))
    for execution, reason in reasons.items():
        logger.info("Execution %s skipped: %s", execution, reason)


ENABLED = "SELECT id FROM schedules_schedule WHERE id = ANY(%s::bigint[]) AND enabled"


def _pause(refused: Sequence[Decided]) -> None:
    """Switch the schedules off; one that is off already keeps its owner's note."""
    notes = {
        each.applicant.schedule_id: f"Paused: {each.decision.reason}. "
        "Raise it, or wait until it has room again; then switch the schedule on."
        for each in refused
        if each.decision.verdict == "pause" and each.applicant.schedule_id is not None
    }
    enabled = [row[0] for row in db.fetch(ENABLED, (list(notes),))] if notes else []
    if enabled:
        pausing.pause({schedule: notes[schedule] for schedule in enabled}, pausing.TOO_DEAR)
