"""The beats of one turn: started one after the other, watched, stopped."""

import time
from collections.abc import Callable

from benchmarks.clock import ticks
from benchmarks.errors import BenchmarkError
from benchmarks.processes import cpu_seconds
from scheduler_project.embedded.process import Child

# A beat is at rest when it has used less than this share of a core, twice in a row.
REST_SHARE, REST_SECONDS = 0.2, 0.5
STOP_SECONDS = 30.0


class Beats:
    """Beat processes; `launch` starts one under the name that it is given."""

    def __init__(self, launch: Callable[[str], Child]) -> None:
        self._launch = launch
        self.running: list[Child] = []

    def start(self) -> None:
        """Start one more."""
        self.running.append(self._launch(f"beat {len(self.running) + 1}"))

    def check(self) -> None:
        """BenchmarkError with its last words if one has ended by itself."""
        for child in self.running:
            if not child.alive():
                words = "\n".join(child.last_lines(15))
                raise BenchmarkError(f"{child.name} ended ({child.ending()}):\n{words}")

    def wait_for_rest(self, limit: float) -> None:
        """Wait until none is busy any more, for so many seconds at most."""
        # The first look has nothing to be compared with.
        rests, before = -1, self._used()
        for _ in ticks(REST_SECONDS, time.time() + limit):
            self.check()
            used = self._used()
            busiest = max(now - then for now, then in zip(used, before, strict=True))
            rests = rests + 1 if busiest < REST_SHARE * REST_SECONDS else 0
            before = used
            if rests == 2:
                return

    def kill_first(self) -> None:
        """Kill -9 the one that was started first."""
        self.running.pop(0).finish(0)

    def kill(self) -> None:
        """Kill them all: of a turn that is over nothing is kept."""
        while self.running:
            self.kill_first()

    def stop(self) -> None:
        """End them in good order: a RedBeat that is killed leaves its lock behind."""
        for child in self.running:
            child.popen.terminate()
        while self.running:
            self.running.pop().finish(STOP_SECONDS)

    def _used(self) -> list[float]:
        return [cpu_seconds(child.pid) for child in self.running]
