"""Three minutes of everything at once, at random, and what that does to the promise."""

import secrets
import sys

import pytest

from tests.chaos.checker import accounted
from tests.chaos.conftest import Judge
from tests.chaos.random_run import RandomRun
from tests.chaos.run import run
from tests.chaos.servers import Servers


@pytest.mark.timeout(420)
def test_no_fault_breaks_the_promise(
    servers: Servers, judge: Judge, capsys: pytest.CaptureFixture[str]
) -> None:
    chosen = RandomRun(secrets.token_hex(4), seconds=120, faults=24, schedules=200)

    def say(text: str) -> None:
        with capsys.disabled():
            sys.stdout.write(f"{text}\n")

    say(f"\nseed {chosen.seed}")
    result = run(servers, chosen.wishes(), say)
    assert not judge(result, chosen.again())
    assert accounted(result.facts) >= 1000
    assert len(result.facts.faults) >= 20
