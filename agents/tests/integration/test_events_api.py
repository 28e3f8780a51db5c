"""GET /api/agent-tasks/{id}/events."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from agents import events
from agents.models import AgentTask
from agents.tests.integration.test_events import end, some, task
from tests.clients import client_of, person, problem_of, refused, superuser

pytestmark = pytest.mark.django_db


def address(task: Any, query: str = "") -> str:
    return f"/api/agent-tasks/{task}/events{query}"


def test_a_trace_is_read_to_its_end(own: Client, ann: User) -> None:
    one = task(ann)
    events.append({one: some(*range(1, 151))}, 0.0)
    first = own.get(address(one)).json()
    assert [event["number"] for event in first["events"]] == list(range(1, 101))
    assert first["events"][0].keys() == {"number", "at", "kind", "data"}
    assert (first["next"], first["final"], first["state"]) == (100, False, "running")
    second = own.get(address(one, f"?after={first['next']}")).json()
    assert (len(second["events"]), second["next"], second["final"]) == (50, 150, False)
    end(one)
    third = own.get(address(one, "?after=150")).json()
    assert third == {"events": [], "next": 150, "final": True, "state": "success"}
    assert own.get(address(one, "?limit=150")).json()["final"] is True
    assert own.get(address(one, "?limit=149")).json()["final"] is False


def test_the_number_of_queries_is_constant(own: Client, ann: User) -> None:
    counts = []
    for length in (1, 500):
        one = task(ann)
        events.append({one: some(*range(1, length + 1))}, 0.0)
        with CaptureQueriesContext(connection) as queries:
            assert own.get(address(one, "?limit=1000")).status_code == 200
        counts.append(len(queries))
        assert not any('"result"' in query["sql"] for query in queries)
    assert counts == [3, 3]


@pytest.mark.parametrize(
    "query", ["?after=-1", "?after=x", "?after=2147483648", "?limit=0", "?limit=1001", "?afer=1"]
)
def test_bad_questions(own: Client, ann: User, query: str) -> None:
    assert refused(own.get(address(task(ann), query)))


def test_others_tasks_do_not_exist(own: Client, ann: User) -> None:
    theirs = AgentTask.objects.create(owner=person("bob"), command="x")
    problem_of(own.get(address(theirs.pk)), 404)
    problem_of(own.get(address("00000000-0000-7000-8000-000000000000")), 404)
    problem_of(own.get(address("x")), 404)
    problem_of(client_of(None).get(address(task(ann))), 401)
    staff = client_of(superuser("staff"))
    assert staff.get(address(theirs.pk)).status_code == 200
