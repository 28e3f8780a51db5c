"""How a beat leaves: not between a commit and the messages that belong to it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from celery import platforms


class Leaving:
    """SIGTERM and SIGINT wait for what is being finished; a second one does not.

    Celery's own handler ends beat in the middle of anything: what a round had committed and not
    yet sent would be sent by another beat, but REPUBLISH_SECONDS later.
    """

    def __init__(self) -> None:
        self._busy = self._wanted = False

    def listen(self) -> None:
        """From now on, in place of Celery's handler."""
        platforms.signals.update(SIGTERM=self._leave, SIGINT=self._leave)

    @contextmanager
    def finishing(self) -> Iterator[None]:
        """Within it nothing is interrupted; SystemExit at its end, if a signal came meanwhile."""
        self._busy = True
        try:
            yield
        finally:
            self._busy = False
        if self._wanted:
            raise SystemExit

    def _leave(self, *_: Any) -> None:
        if self._wanted or not self._busy:
            raise SystemExit
        self._wanted = True
