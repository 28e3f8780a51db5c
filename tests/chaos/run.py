"""A whole run: traffic and faults, healing, the end of everything, and the facts of it."""

import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Protocol

from scheduler_project.embedded.waiting import wait_until
from tests.chaos import ends, evidence, ledger, owners, server_faults
from tests.chaos.arena import Arena
from tests.chaos.clock import monotonic, wall
from tests.chaos.facts import Facts, Fault
from tests.chaos.habits import Habits, any_kind
from tests.chaos.owners import Owner
from tests.chaos.patience import patiently
from tests.chaos.recovery import Times, Watch, times
from tests.chaos.servers import OWNERS, Servers

LONGEST_SECONDS = 600
UNFINISHED = """
SELECT (SELECT count(*) FROM schedules_execution WHERE finished_at IS NULL)
     + (SELECT count(*) FROM schedules_schedule WHERE next_run_at IS NOT NULL)
"""


class Trouble(Protocol):
    """What is done to the system during a run."""

    kinds: frozenset[str]

    def run(self, stopping: threading.Event) -> None:
        """Do all of it; all is healed on return."""

    def faults(self) -> list[Fault]:
        """What was done."""


@dataclass(frozen=True)
class Wishes:
    """How a run shall be: its processes, its schedules and their users, its trouble."""

    seed: str
    trouble: Callable[[Arena, Callable[[str], None]], Trouble]
    schedules: int
    seconds: float | None = None
    """How long schedules go on; None: until the trouble is over."""
    beats: int = 3
    workers: int = 3
    must_prove: bool = True
    audit: bool = True
    off: tuple[str, ...] = ()
    pause: tuple[float, float] = (0.3, 1.2)
    intervals: tuple[int, int] = (2, 10)
    kinds: Callable[[random.Random], dict[str, Any]] = any_kind
    settle_seconds: float = 90
    settings: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Result:
    """The facts of a run, and how long it took to recover from each fault."""

    seed: str
    facts: Facts
    recovery: list[Times]
    operations: str
    settled_seconds: float
    logs: dict[str, str]


def run(servers: Servers, wishes: Wishes, say: Callable[[str], None]) -> Result:
    """Make a run on these servers; they are whole again afterwards."""
    try:
        with Arena(servers, wishes.off, **wishes.settings) as arena:
            return _Run(arena, wishes, say).result()
    finally:
        server_faults.start_servers_that_are_down(servers)


class _Run:
    """One run from its first process to its facts."""

    def __init__(self, arena: Arena, wishes: Wishes, say: Callable[[str], None]) -> None:
        self._arena = arena
        self._wishes = wishes
        self._say = say
        self._stopping = threading.Event()

    def result(self) -> Result:
        """From the first process to the facts."""
        arena, wishes = self._arena, self._wishes
        arena.add("web")
        arena.add("beat", wishes.beats)
        arena.add("worker", wishes.workers)
        arena.wait_ready()
        self._say("beats, workers and web server are ready")
        watch = Watch(arena)
        watch.start()
        trouble = wishes.trouble(arena, self._say)
        users = self._users()
        try:
            assert wait_until(lambda: all(user.is_at_work() for user in users), 60)
            trouble.run(self._stopping)
        finally:
            self._stopping.set()
            self._stop(users)
        settled = self._settle()
        watch.stop()
        arena.stop()
        return self._gather(trouble, users, watch, settled)

    def _stop(self, users: list[Owner]) -> None:
        """Send the users home; what went wrong with one of them is raised."""
        for user in users:
            user.stop(end_schedules=self._wishes.seconds is None)
        for user in users:
            user.join()
        for user in users:
            if user.failure is not None:
                raise user.failure

    def _users(self) -> list[Owner]:
        wishes = self._wishes
        until = wall() + timedelta(seconds=wishes.seconds or LONGEST_SECONDS)
        habits = Habits(
            schedules=-(-wishes.schedules // len(OWNERS)),
            until=until,
            pause=wishes.pause,
            intervals=wishes.intervals,
            kinds=wishes.kinds,
        )
        users = [Owner(self._arena, name, habits, wishes.seed) for name in OWNERS]
        for user in users:
            user.start()
        return users

    def _settle(self) -> float:
        """Wait until all schedules have ended and all executions are final."""
        begun = time.monotonic()

        def over() -> bool:
            return not patiently(lambda: self._arena.query(UNFINISHED))[0][0]

        wait_until(over, self._wishes.settle_seconds)
        seconds = time.monotonic() - begun
        self._say(f"all is over {seconds:.1f} s after the last fault")
        return seconds

    def _gather(self, trouble: Trouble, users: list[Owner], watch: Watch, settled: float) -> Result:
        arena, wishes = self._arena, self._wishes
        rows = ledger.executions(arena.query)
        clock = monotonic() - wall().timestamp()
        code, audit = arena.manage("audit") if wishes.audit else (0, "")
        logs = {member.name: arena.log_of(member) for member in arena.members.values()}
        facts = Facts(
            plans=[plan for user in users for plan in user.plans],
            rows=rows,
            tries=ledger.attempts(arena.query),
            events=ledger.events(arena.record),
            faults=trouble.faults(),
            evidence=evidence.gather(logs.values(), rows),
            clock=clock,
            expected_kinds=trouble.kinds if wishes.must_prove else frozenset(),
            audit=audit if code else "",
            unclear=sum(user.unclear for user in users),
            unexpected_ends=ends.unordered(arena.ends),
        )
        return Result(
            seed=wishes.seed,
            facts=facts,
            recovery=times(facts.faults, rows, watch.looks, clock),
            operations=owners.dump(users),
            settled_seconds=settled,
            logs={name: evidence.tail(log) for name, log in logs.items()},
        )
