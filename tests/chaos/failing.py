"""The deterministic half: processes that die at named points, so many times at each."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from tests.chaos import evidence, failpoints, switches
from tests.chaos.arena import Arena
from tests.chaos.clock import monotonic
from tests.chaos.facts import Fault
from tests.chaos.members import Member

# The restart of what died at its point is the run's pace.
PAUSE_SECONDS = 0.1
LOOK_SECONDS = 0.3
DISPATCHING = (failpoints.COMMIT_TO_PUBLISH, failpoints.PUBLISH_TO_RETURN)
LONGEST_SECONDS = 200.0
# A second of greetings between workers, which no schedule needs, is left out.
LEAN = ["--without-mingle", "--without-gossip"]


@dataclass
class Point:
    """A failpoint, the member that is armed with it, and how often it is to be reached."""

    name: str
    wanted: int
    member: Member
    reached: list[float] = field(default_factory=list)

    @property
    def complete(self) -> bool:
        """Whether it was reached as often as wanted."""
        return len(self.reached) >= self.wanted


class Failing:
    """Arms a process at each point, and again after each death, until all were reached."""

    def __init__(
        self,
        arena: Arena,
        say: Callable[[str], None],
        *,
        times: int,
        points: Sequence[str] = failpoints.ALL,
    ) -> None:
        self.kinds = frozenset(points)
        self._arena = arena
        self._times = times
        self._say = say
        self._names = points
        self._points: list[Point] = []

    def run(self, stopping: threading.Event) -> None:
        """Until each was reached so many times, or for the longest time."""
        for name in self._names:
            role = failpoints.ROLES[name]
            extra = LEAN if role == "worker" else []
            # Else the beats that die elsewhere would be quicker than the one that dies there.
            off = [switches.RECOVERY] if name in DISPATCHING else []
            (member,) = self._arena.add(
                role, 1, extra, failpoint=name, pause=PAUSE_SECONDS, off=off
            )
            self._points.append(Point(name, self._times, member))
        end = monotonic() + LONGEST_SECONDS
        while not self._all_complete() and monotonic() < end:
            if stopping.wait(LOOK_SECONDS):
                break
        for point in self._points:
            self._arena.retire(point.member)

    def faults(self) -> list[Fault]:
        """Each time that a point was reached."""
        return [
            Fault(point.name, point.member.name, "reached", at, at)
            for point in self._points
            for at in point.reached
        ]

    def _all_complete(self) -> bool:
        for point in self._points:
            self._look_at(point)
        return all(point.complete for point in self._points)

    def _look_at(self, point: Point) -> None:
        log = self._arena.log_of(point.member)
        count = evidence.reached(log, point.name)
        was_complete = point.complete
        point.reached += [monotonic()] * (count - len(point.reached))
        if point.complete and not was_complete:
            self._say(f"{point.name}: reached {count} times")
