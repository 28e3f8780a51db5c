"""How many runs a worker process takes at the same time."""

import threading


class Slots:
    """A counter that threads wait on, and that can be closed under them."""

    def __init__(self, free: int) -> None:
        self._free = free
        self._closed = False
        self._changed = threading.Condition()

    def take(self, most: int, patience: float) -> int:
        """Take up to so many; wait up to `patience` seconds for the first one.

        Returns how many were taken: none if no slot came free, or they are closed.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self._free > 0, patience)
            taken = 0 if self._closed else min(most, self._free)
            self._free -= taken
            return taken

    def give(self) -> None:
        """Return a slot."""
        with self._changed:
            self._free += 1
            self._changed.notify()

    def close(self) -> None:
        """Turn away everybody who waits, now and later."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
