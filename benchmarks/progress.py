"""The progress bar: one line on standard error that is written over and over."""

import sys
import time

WIDTH = 20
REFRESH_SECONDS = 0.2


class Progress:
    """How many of all turns are done, and what the present one is at."""

    def __init__(self, turns: int) -> None:
        self.turns = turns
        self.done = 0
        self._drawn = 0.0
        self._live = sys.stderr.isatty()

    def turn(self, text: str) -> None:
        """The next turn begins."""
        self.done += 1
        self._draw(text, end="" if self._live else "\n")

    def show(self, text: str) -> None:
        """What this turn is at; cheap enough for loops."""
        if self._live and time.monotonic() > self._drawn + REFRESH_SECONDS:
            self._draw(text)

    def close(self) -> None:
        """Leave an empty line behind."""
        if self._live:
            sys.stderr.write("\r\x1b[K")

    def _draw(self, text: str, end: str = "") -> None:
        filled = WIDTH * self.done // max(self.turns, 1)
        bar = "#" * filled + "." * (WIDTH - filled)
        start = "\r\x1b[K" if self._live else ""
        sys.stderr.write(f"{start}[{bar}] {self.done} of {self.turns}  {text}{end}")
        sys.stderr.flush()
        self._drawn = time.monotonic()
