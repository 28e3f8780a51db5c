"""The checker proves itself: without one of the safeguards, a run must break the promise."""

import secrets
from collections.abc import Sequence
from functools import partial
from typing import Any

from tests.chaos import breaches as broken
from tests.chaos import failpoints, process_faults, queue_faults, switches
from tests.chaos.arena import Arena
from tests.chaos.breaches import Breach
from tests.chaos.checker import check
from tests.chaos.failing import Failing
from tests.chaos.few import Act, Few, kind_of
from tests.chaos.run import Result, Wishes, run
from tests.chaos.servers import Servers
from tests.chaos.strikes import Strike


def nothing(arena: Arena, strike: Strike) -> None:
    """Beats alone do it."""
    strike.effect = "time passed"


def dropped(arena: Arena, strike: Strike) -> None:
    """Messages are lost."""
    queue_faults.dropped(arena, strike)


def breaches(
    servers: Servers,
    off: tuple[str, ...],
    act: Act = nothing,
    times: int = 1,
    **wishes: Any,
) -> list[Breach]:
    """What the checker finds in a short run with these safeguards off."""
    chosen: dict[str, Any] = {
        "seed": secrets.token_hex(4),
        "schedules": 15,
        "beats": 1,
        "workers": 2,
        "must_prove": False,
        "audit": False,
        "off": off,
        "intervals": (1, 2),
        "kinds": kind_of([0.2]),
        "settle_seconds": 6.0,
        "pause": (60.0, 60.0),
        "settings": {"LEASE_SECONDS": 2},
        "trouble": partial(Few, act=act, times=times, pause=2.0),
    }
    result: Result = run(servers, Wishes(**(chosen | wishes)), lambda text: None)
    assert all(fault.effect for fault in result.facts.faults)
    return check(result.facts)


def kinds(found: Sequence[Breach]) -> set[str]:
    """Which promises are broken."""
    return {breach.kind for breach in found}


def test_without_the_fence_a_stale_write_is_believed(servers: Servers) -> None:
    found = breaches(
        servers,
        (switches.FENCE,),
        process_faults.freeze("worker"),
        # On a busy machine a freeze may hit a worker that has nothing in hand.
        times=4,
        # The first attempt ends within the freeze, the next is still going on at its end.
        kinds=kind_of([1.5, 6.0], max_attempts=3),
        intervals=(2, 3),
    )
    assert broken.STALE_BELIEVED in kinds(found)


def test_without_recovery_lost_runs_never_end(servers: Servers) -> None:
    found = breaches(
        servers, (switches.RECOVERY,), process_faults.kill_busiest, kinds=kind_of([1.5])
    )
    assert broken.NOT_FINAL in kinds(found)


def test_without_publishing_again_lost_messages_stay_lost(servers: Servers) -> None:
    found = breaches(servers, (switches.REPUBLISH,), dropped)
    assert broken.NOT_FINAL in kinds(found)


def test_without_locks_and_unique_key_occurrences_are_created_twice(servers: Servers) -> None:
    found = breaches(servers, (switches.ROW_LOCKS, switches.UNIQUE_KEY), beats=3)
    assert broken.CREATED_TWICE in kinds(found)


def test_the_unique_key_is_the_last_line_of_defence(servers: Servers) -> None:
    found = breaches(servers, (switches.ROW_LOCKS,), beats=3)
    assert broken.CREATED_TWICE not in kinds(found)


def test_without_its_key_what_is_sent_again_is_carried_out_again(servers: Servers) -> None:
    found = breaches(
        servers,
        (switches.IDEMPOTENCY,),
        trouble=partial(Failing, times=20, points=(failpoints.ANSWER_LOST,)),
        pause=(0.05, 0.1),
    )
    assert broken.BY_HAND_WRONG in kinds(found)
