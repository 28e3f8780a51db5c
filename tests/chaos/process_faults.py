"""Faults of beats, workers and web servers: killed, frozen, asked to end, on a wrong clock."""

import random
import signal
import time
from collections.abc import Callable
from pathlib import Path

from scheduler_project.embedded.waiting import wait_until
from tests.chaos import evidence, failpoints
from tests.chaos.arena import Arena
from tests.chaos.members import End, Member
from tests.chaos.patience import patiently
from tests.chaos.strikes import Strike

ENDS_WITHIN_SECONDS = 20.0
# A freeze lasts up to forty seconds, and the one web server may be the one that is frozen.
RESTARTS_WITHIN_SECONDS = 90.0
STARTS_WITHIN_SECONDS = 2.0
NOT_STARTED = "Not started, as its lease has run out"
WRONG_HOURS = (-7.0, -3.0, 5.0, 26.0)
IN_HAND = "SELECT worker, count(*) FROM schedules_execution WHERE state = 'running' GROUP BY 1"


def kill(role: str) -> Callable[[Arena, Strike], None]:
    """kill -9 of one of a role."""

    def strike(arena: Arena, strike: Strike) -> None:
        member = choose(arena, role, strike.random)
        strike.target = member.name
        end = _end(arena, member, signal.SIGKILL)
        if end is not None and end.code == -signal.SIGKILL:
            strike.effect = f"ended by {signal.SIGKILL.name}"

    return strike


def kill_busiest(arena: Arena, strike: Strike) -> None:
    """kill -9 of the worker with the most runs in hand."""
    member = busiest(arena)
    strike.target = member.name
    if _end(arena, member, signal.SIGKILL) is not None:
        strike.effect = "ended with runs in hand"


def terminate(role: str) -> Callable[[Arena, Strike], None]:
    """SIGTERM for one of a role, which gets the time that it needs."""

    def strike(arena: Arena, strike: Strike) -> None:
        member = choose(arena, role, strike.random)
        strike.target = member.name
        begun = time.monotonic()
        end = _end(arena, member, signal.SIGTERM)
        if end is not None:
            strike.effect = f"ended with {end.code} after {time.monotonic() - begun:.1f} s"

    return strike


def freeze(role: str) -> Callable[[Arena, Strike], None]:
    """SIGSTOP for longer than the lease, then SIGCONT; other faults strike meanwhile."""

    def strike(arena: Arena, strike: Strike) -> None:
        member = busiest(arena) if role == "worker" else choose(arena, role, strike.random)
        seconds = strike.random.uniform(*strike.freeze_seconds)
        strike.target = member.name
        arena.signal(member, signal.SIGSTOP)
        stopped = wait_until(lambda: _state(member.pid) == "T", 5)

        def heal() -> None:
            still = _state(member.pid) == "T"
            arena.signal(member, signal.SIGCONT)
            if stopped and still:
                strike.effect = f"stood still for {seconds:.1f} s"

        strike.later(seconds, heal)

    return strike


def freeze_all_beats(arena: Arena, strike: Strike) -> None:
    """Nobody dispatches for a while: afterwards there is something to make up for."""
    seconds = strike.random.uniform(*strike.freeze_seconds)
    members = [member for member in arena.of("beat") if member.alive and not member.frozen]
    strike.target = ", ".join(member.name for member in members)
    for member in members:
        arena.signal(member, signal.SIGSTOP)
    strike.last(seconds)
    still = [member for member in members if _state(member.pid) == "T"]
    for member in members:
        arena.signal(member, signal.SIGCONT)
    if still:
        strike.effect = f"stood still for {seconds:.1f} s"


def freeze_at_claim(arena: Arena, strike: Strike) -> None:
    """A worker stands still from the commit of its first claim until its lease is long over."""
    (member,) = arena.add("worker", failpoint=failpoints.FROZEN_CLAIM)
    strike.target = member.name
    if not wait_until(lambda: _state(member.pid) == "T", RESTARTS_WITHIN_SECONDS):
        return
    strike.effect = "stood still at its claim"
    strike.last(strike.freeze_seconds[0])
    arena.signal(member, signal.SIGCONT)
    # It says so when it starts nothing; else it gets the time to do what it should not do.
    wait_until(lambda: NOT_STARTED in evidence.tail(arena.log_of(member)), STARTS_WITHIN_SECONDS)
    arena.retire(member)


def wrong_clock(role: str) -> Callable[[Arena, Strike], None]:
    """Killed, and started again on a clock that is hours off."""

    def strike(arena: Arena, strike: Strike) -> None:
        hours = strike.random.choice(WRONG_HOURS)
        member = choose(arena, role, strike.random)
        strike.target = member.name
        for other in arena.of(role):
            other.hours = 0
        member.hours = hours
        before = member.pid
        _end(arena, member, signal.SIGKILL)
        again = wait_until(lambda: member.alive and member.pid != before, RESTARTS_WITHIN_SECONDS)
        if again:
            strike.effect = f"started {hours:+g} hours off"

    return strike


def choose(arena: Arena, role: str, stream: random.Random) -> Member:
    """One of a role that is at work; there are never none for long."""
    place = stream.random()

    def able() -> list[Member]:
        return [member for member in arena.of(role) if member.alive and not member.frozen]

    assert wait_until(lambda: bool(able()), RESTARTS_WITHIN_SECONDS), f"no {role} is left"
    members = able()
    return members[int(place * len(members))]


def busiest(arena: Arena) -> Member:
    """The worker with the most runs in hand, for some of them to be lost."""
    found: list[Member] = []

    def look() -> bool:
        rows = dict(patiently(lambda: arena.query(IN_HAND)))
        in_hand = {int(name.rpartition(":")[2]): count for name, count in rows.items()}
        members = [m for m in arena.of("worker") if m.alive and not m.frozen and m.pid in in_hand]
        found[:] = sorted(members, key=lambda member: in_hand[member.pid])[-1:]
        return bool(found)

    assert wait_until(look, RESTARTS_WITHIN_SECONDS), "no worker has anything in hand"
    return found[0]


def _end(arena: Arena, member: Member, how: signal.Signals) -> End | None:
    pid = member.pid
    arena.signal(member, how)

    def ended() -> list[End]:
        return [end for end in arena.ends if end.pid == pid]

    wait_until(lambda: bool(ended()), ENDS_WITHIN_SECONDS)
    return ended()[0] if ended() else None


def _state(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return ""
