"""Signals of a supervisor: the first Ctrl-C stops it in good order, the second one hurries."""

import os
import select
import signal
import threading
from types import FrameType

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stop(BaseException):
    """The user asked to stop. Not an Exception, so that no handler for errors takes it."""


class Late(BaseException):
    """The time that was set has passed."""


class Interrupts:
    """Turns signals into exceptions of the main thread, once, and wakes `wait`.

    After the first exception nothing is raised any more, so cleaning up is never torn:
    a further Ctrl-C sets `hurry`.
    """

    def __init__(self) -> None:
        self.hurry = threading.Event()
        self.stopping = False
        self._wakes, wake = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
        for number in STOP_SIGNALS:
            signal.signal(number, self._asked_to_stop)
        signal.signal(signal.SIGALRM, self._time_is_up)
        # Its arrival alone ends a `wait`.
        signal.signal(signal.SIGCHLD, lambda number, frame: None)

    def _asked_to_stop(self, number: int, frame: FrameType | None) -> None:
        if self.stopping:
            self.hurry.set()
        else:
            self.stopping = True
            raise Stop

    def _time_is_up(self, number: int, frame: FrameType | None) -> None:
        if not self.stopping:
            self.stopping = True
            raise Late

    def raise_after(self, seconds: float) -> None:
        """Raise Late in the main thread after so many seconds."""
        signal.setitimer(signal.ITIMER_REAL, seconds)

    def wait(self, seconds: float | None = None, also: int | None = None) -> None:
        """Wait for a signal (a child's end is one), for input on `also`, or for `seconds`."""
        sources = [self._wakes] if also is None else [self._wakes, also]
        ready, _, _ = select.select(sources, [], [], seconds)
        if self._wakes in ready:
            os.read(self._wakes, 1024)
