"""Plain periodic tasks on any number of beats: claim what is due, send it, count it.

Nothing is sent while rows are locked. What was sent and could not be counted, because
the database was away or somebody held the row, is counted in a later round.
"""

import time
from collections.abc import Callable
from itertools import takewhile
from uuid import UUID

from celery import Celery
from django_celery_beat.schedulers import ModelEntry

from schedules import plain_claims
from schedules.plain_claims import Claim

# A send may block for the broker's socket timeout, twice where it connects first, and
# none may end after the lease.
SENDING_SECONDS = 4.0


class PlainTasks:
    """One beat's part in them; `send` returns False while the broker cannot be reached."""

    def __init__(self, app: Celery, send: Callable[[ModelEntry, UUID], bool]) -> None:
        self._app = app
        self._send = send
        self._uncounted: list[Claim] = []

    def tick(self) -> int:
        """Look at a batch whose time has come, send what is due; returns how many it looked at."""
        started = time.monotonic()
        looked_at, claims = plain_claims.claim(self._app)

        def in_time(claim: Claim) -> bool:
            # Stopped for longer, the lease is another beat's, which sends it now.
            in_lease = time.monotonic() < started + SENDING_SECONDS
            return in_lease and self._send(claim.entry, claim.sending)

        sent = list(takewhile(in_time, claims))
        self._uncounted += sent
        plain_claims.put_off(claims[len(sent) :])
        self.count()
        return looked_at

    def count(self) -> None:
        """Count what was sent and is not counted yet."""
        if self._uncounted:
            self._uncounted = plain_claims.finish(self._uncounted)
