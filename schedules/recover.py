"""What beats do about lost messages, expired leases and passed deadlines."""

import logging
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.db import transaction

from agents.errors import ErrorType
from agents.records import Finished
from schedules import broker, busy, conclusions, db, outcomes
from schedules.conclusions import Conclusion

logger = logging.getLogger(__name__)

BATCH = 1000
WORKER_LOST = (
    ErrorType.WORKER_LOST.value,
    "The worker stopped reporting, so its run was given up.",
)
STUCK = (
    ErrorType.TIMED_OUT.value,
    "The run went on past its timeout and its worker did not stop it.",
)

# The wait doubles with the age of the execution: a queue that is merely long must
# not grow by a copy of itself every few seconds.
REPUBLISH = """
UPDATE schedules_execution SET publish_at = now() + greatest(
    make_interval(secs => %s), least(now() - not_before, interval '10 minutes'))
WHERE id IN (
    SELECT id FROM schedules_execution
    WHERE state = 'pending' AND publish_at <= now()
    ORDER BY publish_at LIMIT %s FOR UPDATE SKIP LOCKED)
RETURNING id
"""


def republish() -> int:
    """Publish every pending execution whose time has come; returns how many there were.

    A retry after its backoff, a message that the broker lost and a beat that died
    between commit and publish are all the same here.
    """
    with transaction.atomic():
        rows = db.fetch(REPUBLISH, (settings.REPUBLISH_SECONDS, BATCH))
    ids = [row[0] for row in rows]
    sent = broker.publish(ids)
    if sent:
        logger.info("Published again: %d executions that nobody has claimed", sent)
    # The long wait is for messages that are on the queue; these are not.
    busy.put_off(ids[sent:])
    return len(ids)


@dataclass(frozen=True)
class Overdue:
    """A running attempt whose lease (or else its deadline) is past."""

    id: UUID
    attempt: int
    failures: int
    max_attempts: int
    retry_backoff_seconds: int
    agent_task_id: UUID
    cancel_requested: bool
    lease_lost: bool


OVERDUE = """
SELECT e.id, e.attempt, e.failures, e.max_attempts, e.retry_backoff_seconds, a.agent_task_id,
    e.cancel_requested_at IS NOT NULL, e.lease_until < now()
FROM schedules_execution e
JOIN schedules_attempt a ON a.execution_id = e.id AND a.number = e.attempt
WHERE e.state = 'running'
  AND least(e.lease_until, e.deadline_at) < now()
ORDER BY least(e.lease_until, e.deadline_at) LIMIT %s
"""


def recover() -> int:
    """Return running executions whose worker is gone, or stuck, to the retry policy.

    Returns how many this beat recovered. Two beats may see the same ones: the fence
    lets one of them write, and a lease that was extended in the meantime neither.
    """
    overdue = [Overdue(*row) for row in db.fetch(OVERDUE, (BATCH,))]
    if not overdue:
        return 0
    given_up = {one.id: _conclusion(one) for one in overdue}
    recovered = outcomes.finish(list(given_up.values()), overdue_only=True)
    for execution in recovered:
        logger.warning("Its lease or deadline was past: %s", given_up[execution])
    return len(recovered)


def _conclusion(overdue: Overdue) -> Conclusion:
    if overdue.cancel_requested:
        return conclusions.cancelled(overdue, Finished(overdue.agent_task_id, "cancelled"))
    error, message = WORKER_LOST if overdue.lease_lost else STUCK
    task = Finished(overdue.agent_task_id, "failed", error_type=error, error_message=message)
    return conclusions.failed(overdue, task, retryable=True)
