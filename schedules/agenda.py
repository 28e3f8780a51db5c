"""What is due next, in one look: what a beat that has nothing to do asks, once a second."""

from typing import NamedTuple

from schedules import db
from schedules.stops import NOT_STOPPED


class Agenda(NamedTuple):
    """Seconds until each kind of work is due by the database's clock; None without any."""

    schedules: float | None
    messages: float | None
    leases: float | None
    approvals: float | None
    plain_tasks: float | None

    @property
    def soonest(self) -> float:
        """Seconds until anything is due; infinite without any."""
        return min((seconds for seconds in self if seconds is not None), default=float("inf"))


# Each minimum is the first entry of the index that serves the work itself.
READ = f"""
SELECT (extract(epoch FROM at.schedules - clock_timestamp()))::float8,
       (extract(epoch FROM at.messages - clock_timestamp()))::float8,
       (extract(epoch FROM at.leases - clock_timestamp()))::float8,
       (extract(epoch FROM at.approvals - clock_timestamp()))::float8,
       (extract(epoch FROM at.plain_tasks - clock_timestamp()))::float8
FROM (SELECT
    (SELECT next_run_at FROM schedules_schedule WHERE next_run_at IS NOT NULL AND {NOT_STOPPED}
     ORDER BY next_run_at LIMIT 1),
    (SELECT min(publish_at) FROM schedules_execution
     WHERE state = 'pending' AND publish_at IS NOT NULL),
    (SELECT min(least(lease_until, deadline_at)) FROM schedules_execution
     WHERE state = 'running'),
    (SELECT min(expires_at) FROM schedules_parking WHERE expires_at IS NOT NULL),
    (SELECT min(due_at) FROM schedules_plaintask WHERE due_at IS NOT NULL)
) AS at(schedules, messages, leases, approvals, plain_tasks)
"""


def read() -> Agenda:
    """The agenda as it stands."""
    return Agenda(*db.fetch(READ)[0])
