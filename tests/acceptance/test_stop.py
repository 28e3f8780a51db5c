"""Stop everything: nothing starts, and nothing runs five seconds later; nothing is lost."""

import time
from typing import Any

import pytest
from agent_scheduler_client.api.scheduler import resume_scheduler, stop_scheduler
from agent_scheduler_client.models import ScopeRequest, StopOrderRequest

from scheduler_project.embedded.waiting import wait_until
from tests.acceptance.installation import Installation

RUNNING = "SELECT count(*) FROM schedules_execution WHERE state = 'running'"
STARTS = "SELECT count(*) FROM schedules_attempt"
STATES = "SELECT state, count(*) FROM schedules_execution GROUP BY state"
SECONDS = 5.0


def count(installation: Installation, statement: str) -> int:
    return int(installation.database.query(statement)[0][0])


@pytest.fixture
def busy(installation: Installation) -> list[Any]:
    """Long runs that are going on, and a schedule of a second whose runs are short."""
    installation.beat()
    installation.worker()
    installation.worker()
    schedules = [
        installation.schedule(schedule_type="manual", command=f"sleep 8 run {number}")
        for number in range(6)
    ]
    for schedule in schedules:
        installation.execute(schedule)
    schedules.append(installation.every_second(command="say hello", overlap_policy="allow"))
    installation.wait_for_states(schedules[-1], "success", 2)
    assert wait_until(lambda: count(installation, RUNNING) >= 6, 20)
    return schedules


@pytest.mark.parametrize("whole_system", [False, True], ids=["own", "whole system"])
def test_everything_stands_still_and_goes_on(
    installation: Installation, busy: list[Any], whole_system: bool
) -> None:
    if whole_system:
        installation.database.execute("UPDATE auth_user SET is_staff = true, is_superuser = true")
    order = StopOrderRequest(whole_system=whole_system, note="fire")
    stop_scheduler.sync(client=installation.client, body=order)
    stopped_at = time.monotonic()
    assert wait_until(lambda: count(installation, RUNNING) == 0, SECONDS)
    starts = count(installation, STARTS)
    # What must not happen sends no event: look for as long as three would have started.
    assert not wait_until(lambda: count(installation, STARTS) > starts, 3)
    assert count(installation, RUNNING) == 0
    assert time.monotonic() - stopped_at >= 3
    scope = ScopeRequest(whole_system=whole_system)
    resume_scheduler.sync(client=installation.client, body=scope)
    for schedule in busy[:-1]:
        row = installation.wait_for_states(schedule, "success")
        assert (row.attempt, row.reason) == (2, "")
    installation.wait_for_states(busy[-1], "success", 4)
    installation.stop_beats()
    assert wait_until(lambda: not {"pending", "running"} & set(states(installation)), 20)
    assert set(states(installation)) == {"success"}
    assert "exactly one disposition" in installation.database.manage("audit")


def states(installation: Installation) -> dict[str, int]:
    return dict(installation.database.query(STATES))
