"""The beat: `celery beat` that works off the database; any number of them, all active.

Nothing is loaded or remembered: each round asks the database what is due, does a batch
of it, and sleeps until more is due or a committed change wakes it.
"""

import logging
import time
from typing import Any
from uuid import UUID

from celery.beat import SchedulingError
from django.db import DatabaseError, InterfaceError, close_old_connections
from django_celery_beat.schedulers import DatabaseScheduler, ModelEntry
from kombu.exceptions import OperationalError

import feed.retention
import journal.retention
from scheduler_project import collector
from schedules import agenda, approvals, nodes, recover, tallies
from schedules.burst import Burst
from schedules.leaving import Leaving
from schedules.models import Node
from schedules.plain_tasks import PlainTasks
from schedules.wakeup import Listener

logger = logging.getLogger(__name__)

LONGEST_SLEEP_SECONDS = 1.0
# What is due already and was not dispatched is held by somebody else, for seconds if
# that one hangs: look again soon, but not at full speed.
SHORTEST_SLEEP_SECONDS = 0.01
REPORT_SECONDS = 2.0


class LedgerScheduler(DatabaseScheduler):
    """Each tick does a batch of whatever is due, then sleeps until the next is."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._name = nodes.name_of(Node.Kind.BEAT)
        self._listener = Listener()
        self._burst = Burst()
        self._leaving = Leaving()
        self._report_at = 0.0
        # What the stock class would load; here it only takes in app.conf.beat_schedule.
        self._configured: dict[str, ModelEntry] = {}
        super().__init__(*args, **kwargs)
        self._plain_tasks = PlainTasks(self.app, self._send)
        collector.spare()

    def setup_schedule(self) -> None:
        """As the stock class does, for a beat that is about to run."""
        super().setup_schedule()
        self._leaving.listen()

    @property
    def schedule(self) -> dict[str, ModelEntry]:
        """The entries that the settings name: written to the database, and fired from there."""
        return self._configured

    def tick(self, *args: Any, **kwargs: Any) -> float:
        """One round; it sleeps inside, where a change can wake it, and so returns 0."""
        with self._leaving.finishing():
            delay = self._tried()
        if delay:
            self._listener.wait(min(delay, LONGEST_SLEEP_SECONDS))
        return 0

    def _tried(self) -> float:
        try:
            close_old_connections()
            return self._round()
        except (DatabaseError, InterfaceError) as error:
            logger.warning("The database does not answer, trying again: %s", error)
            return LONGEST_SLEEP_SECONDS

    def _round(self) -> float:
        """A batch of each kind of work that is due; returns the seconds until there is more."""
        self._report()
        due = agenda.read()
        done = 0
        for seconds, work in zip(due, self._work(), strict=True):
            if seconds is not None and seconds <= 0:
                done += work()
        self._plain_tasks.count()
        return 0 if done else max(due.soonest, SHORTEST_SLEEP_SECONDS)

    def _work(self) -> tuple[Any, ...]:
        """What is done for each item of the agenda."""
        return (
            *(self._burst.dispatch, recover.republish, recover.recover),
            *(approvals.expire, self._plain_tasks.tick),
        )

    def _send(self, entry: ModelEntry, task_id: UUID) -> bool:
        """Send a plain task as the stock class does; False if the broker cannot be reached."""
        # What the broker does not take now is sent again: trying twice would outlast the lease.
        entry.options |= {"task_id": str(task_id), "retry": False}
        logger.info("Sending due task %s (%s)", entry.name, entry.task)
        try:
            self.apply_async(entry, producer=self.producer, advance=False)
        except (SchedulingError, OperationalError) as error:
            reason = error.__context__ if isinstance(error, SchedulingError) else error
            if isinstance(reason, OperationalError):
                logger.warning("Plain periodic tasks wait for the broker: %s", reason)
                return False
            # No broker would take this message: as with the stock class, its run is over.
            logger.error("The periodic task %r was not sent: %s", entry.name, error)
        return True

    def _ensure_connected(self) -> Any:
        # The stock class would wait for the broker for many minutes; schedules go on meanwhile.
        return self.connection.ensure_connection(max_retries=1, interval_start=0)

    def _report(self) -> None:
        """The sign of life, every other second however often beat is woken.

        With it goes what is old of the feed, at most 2,500 changes a second for each beat, and of
        the journal. And hours that are over are counted.
        """
        if time.monotonic() >= self._report_at:
            # First: whatever fails of this, the next round dispatches.
            self._report_at = time.monotonic() + REPORT_SECONDS
            nodes.report(self._name, Node.Kind.BEAT)
            feed.retention.forget()
            journal.retention.forget()
            tallies.add()

    def close(self) -> None:
        """Leave in good order: the node is struck out."""
        super().close()
        self._listener.close()
        try:
            nodes.leave(self._name)
        except (DatabaseError, InterfaceError) as error:
            logger.info("Left without a word: %s", error)
