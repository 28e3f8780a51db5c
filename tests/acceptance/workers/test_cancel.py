"""A cancel takes effect within two seconds, wherever the run is and however far it has come."""

import time
from uuid import UUID

import pytest
from agent_scheduler_client.models import Schedule

from scheduler_project.embedded.waiting import wait_until
from tests.acceptance.installation import Installation
from tests.acceptance.workers.watched_model import WatchedModel

LIMIT_SECONDS = 2.0
SLOTS = 4
TOOK = """
SELECT state, extract(epoch FROM finished_at - cancel_requested_at)::float8
FROM schedules_execution WHERE id = ANY(%s::uuid[])
"""
WORKERS_OF = "SELECT count(DISTINCT worker) FROM schedules_execution WHERE id = ANY(%s::uuid[])"


@pytest.fixture(scope="module", autouse=True)
def processes(installation: Installation) -> None:
    """A beat, and two workers that are full with eight runs together."""
    installation.beat()
    for _ in range(2):
        installation.worker(WORKER_SLOTS=SLOTS)


def execute(installation: Installation, schedule: Schedule) -> str:
    return str(installation.execute(schedule).id)


def start(installation: Installation, command: str) -> str:
    """A run by hand, of a schedule of its own."""
    return execute(installation, installation.schedule(schedule_type="manual", command=command))


def at_the_model(installation: Installation, model: WatchedModel, commands: list[str]) -> list[str]:
    """Runs of these commands whose model calls have been sent."""
    runs = [start(installation, command) for command in commands]
    assert wait_until(lambda: model.going_on.keys() >= set(commands), 30)
    return runs


def cancel(installation: Installation, run: str) -> str:
    """Cancel it; the state that the API answers."""
    return installation.cancel(UUID(run)).state


def state(installation: Installation, run: str) -> str:
    return installation.execution(UUID(run)).state


def assert_given_up_in_time(model: WatchedModel, answered: dict[str, float]) -> None:
    """No connection was kept for long after the API had answered; the keys are commands."""
    assert wait_until(lambda: not model.going_on.keys() & answered.keys(), 10)
    ends = [(call.ended, call.command) for call in model.calls if call.command in answered]
    took = [ended - answered[command] for ended, command in ends if ended is not None]
    assert max(took, default=0) < LIMIT_SECONDS


def assert_ended_in_time(installation: Installation, runs: list[str]) -> None:
    """So says the ledger, whose clock for this starts before the API's answer."""

    def took() -> list[tuple[str, float]]:
        return [(state, seconds) for state, seconds in installation.database.query(TOOK, runs)]

    assert wait_until(lambda: all(state == "cancelled" for state, _ in took()), 10), took()
    assert max(seconds for _, seconds in took()) < LIMIT_SECONDS


def test_runs_on_several_workers(installation: Installation, model: WatchedModel) -> None:
    commands = [f"hang: number {number}" for number in range(2 * SLOTS)]
    runs = at_the_model(installation, model, commands)
    assert installation.database.query(WORKERS_OF, runs) == [(2,)]
    answered = {}
    for command, run in zip(commands, runs, strict=True):
        assert cancel(installation, run) == "running"
        answered[command] = time.monotonic()
    assert_given_up_in_time(model, answered)
    assert_ended_in_time(installation, runs)


@pytest.mark.parametrize("number", range(3))
def test_a_run_whose_call_has_just_been_sent(
    installation: Installation, model: WatchedModel, number: int
) -> None:
    command = f"hang: just sent, number {number}"
    runs = at_the_model(installation, model, [command])
    cancel(installation, runs[0])
    assert_given_up_in_time(model, {command: time.monotonic()})
    assert_ended_in_time(installation, runs)


def test_runs_that_are_being_claimed(installation: Installation, model: WatchedModel) -> None:
    runs, answered = [], {}
    for number in range(5):
        command = f"hang: being claimed, number {number}"
        runs.append(start(installation, command))
        cancel(installation, runs[-1])
        answered[command] = time.monotonic()
    assert_ended_in_time(installation, runs)
    assert_given_up_in_time(model, answered)


def test_a_run_that_waits_for_a_worker(installation: Installation, model: WatchedModel) -> None:
    full = at_the_model(installation, model, [f"hang: full {n}" for n in range(2 * SLOTS)])
    assert cancel(installation, start(installation, "say never")) == "cancelled"
    later = start(installation, "say later")
    for run in full:
        cancel(installation, run)
    assert wait_until(lambda: state(installation, later) == "success", 20)
    assert "say never" not in model.commands


def test_a_run_that_waits_behind_another(installation: Installation, model: WatchedModel) -> None:
    command = "hold queue: one after the other"
    schedule = installation.schedule(
        schedule_type="manual", command=command, overlap_policy="buffer_all"
    )
    first, second, third = (execute(installation, schedule) for _ in range(3))
    assert wait_until(lambda: command in model.going_on, 20)
    assert cancel(installation, second) == "cancelled"
    assert cancel(installation, first) == "running"
    assert wait_until(lambda: model.commands.count(command) == 2, 20), "the third has its turn"
    model.open("queue")
    assert wait_until(lambda: state(installation, third) == "success", 20)
    assert [state(installation, run) for run in (first, second)] == ["cancelled"] * 2
    assert model.commands.count(command) == 2
