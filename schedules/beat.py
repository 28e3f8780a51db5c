"""The beat: `celery beat` with dispatch from the ledger; any number of them, all active.

Plain PeriodicTasks that no schedule owns keep firing as django-celery-beat fires them.
"""

import logging
import time
from typing import Any

from django.db import DatabaseError, InterfaceError, close_old_connections
from django.db.models import QuerySet
from django_celery_beat.schedulers import DatabaseScheduler
from kombu.exceptions import OperationalError

from schedules import dispatch, nodes, recover
from schedules.models import Node
from schedules.wakeup import Listener

logger = logging.getLogger(__name__)

LONGEST_SLEEP_SECONDS = 1.0
# What is due already and was not dispatched is held by somebody else, for ten seconds
# if that one hangs: look again soon, but not at full speed.
SHORTEST_SLEEP_SECONDS = 0.01


class LedgerScheduler(DatabaseScheduler):
    """Each tick dispatches what is due, recovers what is stuck, then sleeps until the next."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._name = nodes.name_of(Node.Kind.BEAT)
        self._listener = Listener()
        self._housekeeping_at = 0.0
        super().__init__(*args, **kwargs)

    def enabled_models_qs(self) -> QuerySet[Any]:
        """The plain periodic tasks; those of schedules are derived rows that dispatch fires."""
        return super().enabled_models_qs().filter(schedule_owner__isnull=True)

    def tick(self, *args: Any, **kwargs: Any) -> float:
        """One round; it sleeps inside, where a change can wake it, and so returns 0."""
        try:
            close_old_connections()
            delay = self._round()
        except (DatabaseError, InterfaceError) as error:
            logger.warning("The database does not answer, trying again: %s", error)
            delay = LONGEST_SLEEP_SECONDS
        self._listener.wait(min(delay, LONGEST_SLEEP_SECONDS))
        return 0

    def _round(self) -> float:
        """Dispatch until nothing is due, then the rest; returns the seconds to the next due."""
        while dispatch.tick():
            self._housekeep()
        self._housekeep()
        plain = self._plain_tick()
        due = dispatch.seconds_to_next()
        return min(
            plain, LONGEST_SLEEP_SECONDS if due is None else max(due, SHORTEST_SLEEP_SECONDS)
        )

    def _plain_tick(self) -> float:
        """The stock round, once the broker can be reached: in it the stock class would wait
        for the broker for many minutes, with an entry in hand that is then forgotten."""
        try:
            self.producer  # noqa: B018  (connects on first use)
        except OperationalError as error:
            logger.warning("Plain periodic tasks wait for the broker: %s", error)
            return LONGEST_SLEEP_SECONDS
        return float(super().tick())

    def _ensure_connected(self) -> Any:
        return self.connection.ensure_connection(max_retries=1, interval_start=0)

    def _housekeep(self) -> None:
        """Recovery and the sign of life: about once a second, however often beat is woken."""
        now = time.monotonic()
        if now < self._housekeeping_at:
            return
        self._housekeeping_at = now + LONGEST_SLEEP_SECONDS / 2
        recover.recover()
        recover.republish()
        nodes.report(self._name, Node.Kind.BEAT)

    def close(self) -> None:
        """Leave in good order: plain tasks' counters are saved, the node is struck out."""
        super().close()
        self._listener.close()
        try:
            nodes.leave(self._name)
        except (DatabaseError, InterfaceError) as error:
            # Celery calls this from a signal handler, in the middle of anything.
            logger.info("Left without a word: %s", error)
