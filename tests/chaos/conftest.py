"""Servers for chaos runs, and the verdict on a run."""

from collections.abc import Callable, Iterator

import pytest

from tests.chaos.breaches import Breach
from tests.chaos.checker import check
from tests.chaos.report import describe, failure
from tests.chaos.run import Result
from tests.chaos.servers import Servers


@pytest.fixture(scope="session")
def servers() -> Iterator[Servers]:
    """A PostgreSQL and a Valkey that lose nothing on their own and are broken at will."""
    with Servers() as servers:
        yield servers


Judge = Callable[[Result, str], list[Breach]]


@pytest.fixture
def judge(servers: Servers, capsys: pytest.CaptureFixture[str]) -> Judge:
    """Print a run's figures, whatever is captured; on breaches also how to see them again."""

    def judge(result: Result, again: str) -> list[Breach]:
        breaches = check(result.facts)
        text = describe(result, servers.versions())
        if breaches:
            text = f"{failure(breaches, again, result.logs)}\n{text}"
        with capsys.disabled():
            import sys

            sys.stdout.write(f"\n{text}\n")
        return breaches

    return judge
