"""What couriers look after now and then, each for all of them."""

import time

from hooks import claims, retention

RECOVER_EVERY = 5.0
FORGET_EVERY = 60.0


class Chores:
    """In seconds, by this process's own clock: nothing depends on when exactly."""

    def __init__(self) -> None:
        self._recover_at = self._forget_at = 0.0

    def do(self) -> None:
        """What it is time for."""
        now = time.monotonic()
        if now >= self._recover_at:
            self._recover_at = now + RECOVER_EVERY
            claims.recover()
        if now >= self._forget_at:
            more = retention.forget()
            self._forget_at = now if more else now + FORGET_EVERY
