"""SIGTERM to a worker with 50 runs going: they finish in its grace time, or elsewhere."""

import time
from collections import defaultdict
from itertools import pairwise
from typing import Any

from scheduler_project.embedded.waiting import wait_until
from tests.acceptance.installation import Installation
from tests.acceptance.workers.watched_model import Call, WatchedModel

GRACE_SECONDS = 4
# Celery's own end and handing back: a second and a half, many times that on a busy machine.
LEAVING_SECONDS = 15
SHORT = [f"hold short: number {number}, sleep 2" for number in range(25)]
LONG = [f"hold long: number {number}" for number in range(25)]
# They wait within the worker: two in Celery's threads, two behind those.
IN_HAND = [f"say number {number} of those in hand" for number in range(4)]
ATTEMPTS = """
SELECT e.command, e.state, e.attempt, e.failures, e.max_attempts, a.worker, t.state, t.error_type
FROM schedules_execution e
JOIN schedules_attempt a ON a.execution_id = e.id JOIN agents_agenttask t ON t.id = a.agent_task_id
ORDER BY a.number
"""
WORKERS = "SELECT name FROM schedules_node WHERE kind = 'worker'"


def start_runs(installation: Installation, commands: list[str]) -> None:
    for command in commands:
        schedule = installation.schedule(schedule_type="manual", command=command)
        installation.execute(schedule)


def only_worker(installation: Installation) -> str:
    ((name,),) = installation.database.query(WORKERS)
    return str(name)


def attempts(installation: Installation) -> dict[str, list[tuple[Any, ...]]]:
    """Of each command: state, attempt, failures, maximum; worker, task's state and error."""
    found = defaultdict(list)
    for command, *facts in installation.database.query(ATTEMPTS):
        found[command].append(tuple(facts))
    return found


def assert_never_twice_at_once(calls: list[Call]) -> None:
    by_command: dict[str, list[Call]] = defaultdict(list)
    for call in calls:
        by_command[call.command].append(call)
    for of_one in by_command.values():
        for earlier, later in pairwise(of_one):
            assert earlier.ended is not None
            assert earlier.ended <= later.begun


def test_what_is_not_done_in_time_goes_on_elsewhere_and_is_not_charged(
    installation: Installation, model: WatchedModel
) -> None:
    installation.beat()
    leaving = installation.worker(WORKER_SLOTS=50, WORKER_GRACE_SECONDS=GRACE_SECONDS)
    first = only_worker(installation)
    start_runs(installation, SHORT + LONG)
    assert wait_until(lambda: model.going_on.total() == 50, 60)
    start_runs(installation, IN_HAND)
    assert wait_until(lambda: not installation.messages(), 10)
    installation.worker()
    leaving.terminate()
    told = time.monotonic()
    model.open("short")
    assert leaving.wait(60) == 0
    assert GRACE_SECONDS <= time.monotonic() - told < GRACE_SECONDS + LEAVING_SECONDS
    second = only_worker(installation)
    assert wait_until(lambda: model.going_on == dict.fromkeys(LONG, 1), 60)
    model.open("long")
    expected = {command: [("success", 1, 0, 1, first, "success", "")] for command in SHORT}
    expected |= {command: [("success", 1, 0, 1, second, "success", "")] for command in IN_HAND}
    handed_back = ("success", 2, 0, 1, first, "cancelled", "handed_back")
    gone_on = ("success", 2, 0, 1, second, "success", "")
    expected |= {command: [handed_back, gone_on] for command in LONG}
    assert wait_until(lambda: attempts(installation) == expected, 30), attempts(installation)
    assert_never_twice_at_once(model.calls)
    assert len(model.calls) == len(SHORT) + 2 * len(LONG) + len(IN_HAND)
