"""What the server refuses although it is there concerns one run, and not for ever."""

import threading
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

import pytest
from django.db import OperationalError

from agents.orders import Outcome
from agents.parking import AskedCall, Parked
from schedules import db, outcomes, patience, runs
from schedules.conclusions import Conclusion
from schedules.models import Execution
from schedules.tests.integration.connections import OtherConnection
from schedules.tests.integration.worker.scripted_runs import Begun, Script
from schedules.tests.integration.worker.test_held_rows import release_together
from schedules.tests.integration.worker.waits import becomes
from schedules.worker import Engine

pytestmark = pytest.mark.django_db(transaction=True)
Give = Callable[..., Execution]
DEADLOCK = "DO $$ BEGIN RAISE EXCEPTION 'deadlock detected' USING ERRCODE = '40P01'; END $$"


@pytest.fixture(autouse=True)
def _hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "MOST_REFUSED_SECONDS", 0.05)


def began(script: Script, count: int) -> list[Begun]:
    return [script.next() for _ in range(count)]


@pytest.fixture
def poison(script: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs with a timeout of 601 seconds ask under an id for which no index has room."""
    inner = script.run

    async def run(order: Any, usage: Any, desk: Any) -> Outcome:
        outcome = await inner(order, usage, desk)
        if order.timeout_seconds != 601:
            return outcome
        endless = "".join(chr(0x4E00 + n * 7919 % 20_000) for n in range(9_000))
        return Outcome("waiting", parked=Parked(b"so far", [AskedCall(endless, "pay", {})]))

    monkeypatch.setattr(runs.runtime, "run", run)


@pytest.mark.usefixtures("poison")
def test_a_limit_of_the_server_costs_the_run_that_exceeds_it(
    engine: Engine, give: Give, script: Script
) -> None:
    poisonous, innocent = give("hold", timeout_seconds=601), give("hold")
    engine.submit(poisonous.id, innocent.id)
    release_together(engine, began(script, 2))
    becomes(innocent, "success")
    found = becomes(poisonous, "failed")
    assert (found.error_type, found.input_tokens) == ("internal_error", 5)


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ({"input_tokens": 10**20}, 10**12),
        ({"input_tokens": -(10**20)}, 0),
        ({"cost": Decimal("Infinity")}, 5),
        ({"cost": Decimal(10) ** 30}, 5),
        ({"model": "a\x00b"}, 5),
    ],
)
def test_no_result_is_lost_over_what_a_run_says_it_has_spent(
    engine: Engine,
    give: Give,
    script: Script,
    monkeypatch: pytest.MonkeyPatch,
    said: dict[str, Any],
    kept: int,
) -> None:
    inner = script.run

    async def run(order: Any, usage: Any, desk: Any) -> Outcome:
        outcome = await inner(order, usage, desk)
        for name, value in said.items():
            setattr(usage, name, value)
        return outcome

    monkeypatch.setattr(runs.runtime, "run", run)
    execution = give("ok")
    engine.submit(execution.id)
    found = becomes(execution, "success")
    assert (found.result_summary, found.input_tokens) == ("Hello.", kept)


class Trouble:
    """Finishes that hold a certain execution break off, so many times."""

    def __init__(self, statement: str, times: int) -> None:
        self._statement, self._left = statement, times
        self.execution: Execution | None = None
        self.groups: list[int] = []
        self._finish = outcomes.finish

    def finish(self, conclusions: Sequence[Conclusion], **options: Any) -> Any:
        if self._left and any(c.execution_id == self.execution_id for c in conclusions):
            self.groups.append(len(conclusions))
            self._left -= 1
            db.fetch(self._statement)
        return self._finish(conclusions, **options)

    @property
    def execution_id(self) -> Any:
        return self.execution and self.execution.id


@pytest.mark.parametrize(("times", "state"), [(5, "success"), (1_000, "running")])
def test_a_deadlock_is_tried_again_alone_and_not_for_ever(
    engine: Engine,
    give: Give,
    script: Script,
    monkeypatch: pytest.MonkeyPatch,
    times: int,
    state: str,
) -> None:
    trouble = Trouble(DEADLOCK, times)
    monkeypatch.setattr(outcomes, "finish", trouble.finish)
    unlucky, innocent = give("hold"), give("hold")
    trouble.execution = unlucky
    engine.submit(unlucky.id, innocent.id)
    release_together(engine, began(script, 2))
    becomes(innocent, "success")
    becomes(unlucky, state)
    engine.drain(15)
    assert len(trouble.groups) == min(times, 1 + 2 * patience.PASSING_TRIES)
    assert trouble.groups == [2, *[1] * (len(trouble.groups) - 1)]
    becomes(unlucky, state)


@pytest.mark.parametrize(
    ("sql", "away"),
    [
        (DEADLOCK, False),
        ("SET LOCAL statement_timeout = 20; SELECT pg_sleep(9)", False),
        ("DO $$ BEGIN RAISE EXCEPTION 'too wide' USING ERRCODE = '54000'; END $$", False),
        ("DO $$ BEGIN RAISE EXCEPTION 'no room' USING ERRCODE = '53100'; END $$", True),
        ("DO $$ BEGIN RAISE EXCEPTION 'a standby' USING ERRCODE = '25006'; END $$", True),
        ("DO $$ BEGIN RAISE EXCEPTION 'starting' USING ERRCODE = '57P03'; END $$", True),
        ("SELECT pg_terminate_backend(pg_backend_pid())", True),
    ],
)
def test_what_says_that_the_server_is_away(other: OtherConnection, sql: str, away: bool) -> None:
    with pytest.raises(Exception) as raised:  # noqa: PT011
        other.run(db.in_thread, db.fetch, sql)
    assert isinstance(raised.value, db.UNREACHABLE) == away
    assert other.run(db.in_thread, db.now), "the connection goes on, or there is another one"


def test_an_error_without_a_code_is_a_server_that_is_away(other: OtherConnection) -> None:
    def vanish() -> None:
        assert threading.current_thread() is not threading.main_thread()
        raise OperationalError("could not connect to server")

    with pytest.raises(OperationalError):
        other.run(db.in_thread, vanish)
