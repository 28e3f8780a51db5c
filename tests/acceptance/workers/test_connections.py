"""A worker's connections to the database are few, however much it has in hand."""

from collections.abc import Callable, Iterator
from typing import Any

import psycopg2
import pytest

from scheduler_project.embedded.waiting import wait_until
from tests.acceptance.installation import Installation
from tests.acceptance.workers.watched_model import WatchedModel

RUNS = 500
# Four for the ledger, one for heartbeats, one for webhooks; Celery's own thread may have one.
FEW = 7
# What libpq calls the worker's connections, so that no others are counted.
NAME = "counted-worker"
CONNECTIONS = "SELECT count(*) FROM pg_stat_activity WHERE application_name = %s"
STATES = "SELECT state, attempt, count(*) FROM schedules_execution GROUP BY 1, 2"
START = f"""
from agents.models import Agent
from schedules import services
agent = Agent.objects.get()
for _ in range({RUNS}):
    services.start_agent_task(owner=agent.owner, agent=agent, command="hold all")
"""


class Counter:
    """Counts the worker's connections each time that something waited for is looked at."""

    def __init__(self, cursor: Any) -> None:
        self._cursor = cursor
        self.most = 0

    def rows(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """Rows, read over one connection: a new one each time would slow everything down."""
        self._cursor.execute(statement, values)
        return list(self._cursor.fetchall())

    def beside(self, condition: Callable[[], bool]) -> Callable[[], bool]:
        """The condition, with a count each time it is looked at."""

        def look() -> bool:
            self.most = max(self.most, self.rows(CONNECTIONS, NAME)[0][0])
            return condition()

        return look


@pytest.fixture
def counter(installation: Installation) -> Iterator[Counter]:
    connection = psycopg2.connect(installation.database.url)
    connection.autocommit = True
    with connection.cursor() as cursor:
        yield Counter(cursor)
    connection.close()


def test_500_runs_in_flight_share_a_few(
    installation: Installation, model: WatchedModel, counter: Counter
) -> None:
    starting = installation.start("starting", "django", "shell", "-v0", "-c", START)
    installation.worker(WORKER_SLOTS=RUNS + 100, PGAPPNAME=NAME)
    all_going = counter.beside(lambda: model.going_on.total() == RUNS)
    assert wait_until(all_going, 150), (starting.poll(), model.going_on)
    model.open("all")
    done = [("success", 1, RUNS)]
    assert wait_until(counter.beside(lambda: counter.rows(STATES) == done), 100)
    assert model.most_at_once == len(model.calls) == RUNS
    assert 1 <= counter.most <= FEW
