"""Processes that die at every named point, 25 times each, and what that does to the promise."""

import random
import secrets
from functools import partial
from typing import Any

import pytest

from tests.chaos import process_faults
from tests.chaos.agent import Script
from tests.chaos.checker import accounted, check
from tests.chaos.conftest import Judge
from tests.chaos.failing import Failing
from tests.chaos.failpoints import ALL
from tests.chaos.few import Few, kind_of
from tests.chaos.run import Wishes, run
from tests.chaos.servers import Servers

TIMES = 25


def quick_kind(stream: random.Random) -> dict[str, Any]:
    """Short runs without a pause between them, repeated if their worker dies."""
    seconds = (round(stream.uniform(0, 0.4), 2),)
    return {
        "command": Script(seconds=seconds).command(),
        "overlap_policy": stream.choice(["allow", "skip", "buffer_one"]),
        "max_attempts": stream.choice([1, 3, 4]),
        "retry_backoff_seconds": 0,
        "pause_after_failures": 0,
    }


@pytest.mark.timeout(400)
def test_no_death_at_any_point_breaks_the_promise(servers: Servers, judge: Judge) -> None:
    wishes = Wishes(
        seed=secrets.token_hex(4),
        trouble=partial(Failing, times=TIMES),
        schedules=45,
        beats=1,
        workers=1,
        intervals=(1, 4),
        kinds=quick_kind,
        must_prove=False,
        settings={"LEASE_SECONDS": 2},
    )
    result = run(servers, wishes, lambda text: None)
    assert not judge(result, f"seed {wishes.seed}")
    for point in ALL:
        assert sum(fault.kind == point for fault in result.facts.faults) >= TIMES, point
    assert accounted(result.facts) > 200


def test_a_worker_that_slept_through_its_lease_starts_nothing(servers: Servers) -> None:
    wishes = Wishes(
        seed=secrets.token_hex(4),
        trouble=partial(Few, act=process_faults.freeze_at_claim, times=1, pause=1.0),
        schedules=9,
        beats=1,
        workers=1,
        intervals=(1, 2),
        kinds=kind_of([0.2]),
        pause=(60.0, 60.0),
        must_prove=False,
        audit=False,
        settings={"LEASE_SECONDS": 2},
    )
    result = run(servers, wishes, lambda text: None)
    assert all(fault.effect for fault in result.facts.faults)
    assert check(result.facts) == []
