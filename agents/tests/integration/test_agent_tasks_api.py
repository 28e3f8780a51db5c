"""/api/agent-tasks, reading."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from agents.models import Agent, AgentTask
from tests.clients import client_of, person, problem_of, superuser

pytestmark = pytest.mark.django_db
ADDRESS = "/api/agent-tasks"


def make(owner: User, **fields: Any) -> AgentTask:
    return AgentTask.objects.create(owner=owner, **({"command": "x"} | fields))


def ids(response: Any) -> list[str]:
    assert response.status_code == 200, response.content
    return [row["id"] for row in response.json()["results"]]


def test_detail(own: Client, ann: User) -> None:
    now = timezone.now()
    task = make(
        ann,
        command="Greet me",
        state="success",
        finished_at=now,
        result="Hello.",
        input_tokens=3,
        output_tokens=2,
        llm_calls=1,
        model="local:small",
    )
    shown = own.get(f"{ADDRESS}/{task.pk}").json()
    assert shown["result"] == "Hello."
    assert shown["state"] == "success"
    assert (shown["input_tokens"], shown["output_tokens"], shown["llm_calls"]) == (3, 2, 1)
    assert shown["owner"] == ann.pk
    assert shown["agent"] is None


def test_list_is_newest_first_and_leaves_out_results(own: Client, ann: User) -> None:
    tasks = [make(ann, result="long") for _ in range(3)]
    with CaptureQueriesContext(connection) as queries:
        response = own.get(ADDRESS)
    assert ids(response) == [str(task.pk) for task in reversed(tasks)]
    assert "result" not in response.json()["results"][0]
    assert not any('"result"' in query["sql"] for query in queries)


def test_filters(own: Client, ann: User) -> None:
    agent = Agent.objects.create(owner=ann, name="helper")
    pending = make(ann, agent=agent)
    failed = make(ann, state="failed", finished_at=timezone.now())
    assert ids(own.get(f"{ADDRESS}?agent={agent.pk}")) == [str(pending.pk)]
    assert ids(own.get(f"{ADDRESS}?state=failed")) == [str(failed.pk)]
    assert ids(own.get(f"{ADDRESS}?agent={agent.pk}&state=failed")) == []


@pytest.mark.parametrize("query", ["state=bored", "agent=x", "agent=999999", "agent=%00"])
def test_bad_filters(own: Client, query: str) -> None:
    problem_of(own.get(f"{ADDRESS}?{query}"), 400)


def test_someone_elses_agent_is_no_filter(own: Client) -> None:
    theirs = Agent.objects.create(owner=person("bob"), name="secret")
    unknown = own.get(f"{ADDRESS}?agent=999999").content.replace(b"999999", b"N")
    known = own.get(f"{ADDRESS}?agent={theirs.pk}").content.replace(str(theirs.pk).encode(), b"N")
    assert known == unknown


def test_cursor_reaches_every_task_once_while_new_ones_arrive(own: Client, ann: User) -> None:
    old = [str(make(ann).pk) for _ in range(25)]
    seen: list[str] = []
    address: str | None = f"{ADDRESS}?page_size=10"
    while address:
        response = own.get(address)
        seen += ids(response)
        address = response.json()["next"]
        make(ann)
    assert seen == old[::-1]


def test_tasks_of_one_moment_are_all_reached(own: Client, ann: User) -> None:
    """All rows of one insert share created_at; ids still tell them apart."""
    AgentTask.objects.bulk_create(AgentTask(owner=ann, command="x") for _ in range(60))
    AgentTask.objects.update(created_at=timezone.now() - timedelta(hours=1))
    first = own.get(f"{ADDRESS}?page_size=50")
    rest = own.get(first.json()["next"])
    assert len(set(ids(first) + ids(rest))) == 60


@pytest.mark.parametrize("cursor", ["x", "cD1ub25zZW5zZQ==", "cD0lMDA="])
def test_bad_cursors(own: Client, ann: User, cursor: str) -> None:
    make(ann)
    assert own.get(f"{ADDRESS}?cursor={cursor}").status_code in {400, 404}


def test_page_size_has_a_limit(own: Client, ann: User) -> None:
    AgentTask.objects.bulk_create(AgentTask(owner=ann, command="x") for _ in range(205))
    assert len(ids(own.get(f"{ADDRESS}?page_size=200"))) == 200
    problem_of(own.get(f"{ADDRESS}?page_size=201"), 400)
    assert len(ids(own.get(ADDRESS))) == 50


def test_the_list_uses_its_index(ann: User) -> None:
    AgentTask.objects.bulk_create(AgentTask(owner=ann, command="x") for _ in range(2000))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE agents_agenttask")
    plan = AgentTask.objects.filter(owner=ann).order_by("-id")[:51].explain()
    assert "Sort" not in plan
    assert "agent_task_history" in plan or "agents_agenttask_pkey" in plan


def test_strangers_find_nothing(ann: User) -> None:
    task = make(ann)
    stranger = client_of(person("bob"))
    problem_of(stranger.get(f"{ADDRESS}/{task.pk}"), 404)
    assert ids(stranger.get(ADDRESS)) == []


def test_nobody_gets_in(ann: User) -> None:
    task = make(ann)
    problem_of(client_of(None).get(ADDRESS), 401)
    problem_of(client_of(None).get(f"{ADDRESS}/{task.pk}"), 401)


def test_staff_see_all(ann: User) -> None:
    task = make(ann)
    staff = client_of(superuser("staff"))
    assert ids(staff.get(ADDRESS)) == [str(task.pk)]


@pytest.mark.parametrize("key", ["x", "0", "%00", "00000000-0000-7000-8000-000000000000"])
def test_addresses_of_nothing(own: Client, key: str) -> None:
    problem_of(own.get(f"{ADDRESS}/{key}"), 404)


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_records_do_not_change(own: Client, ann: User, method: str) -> None:
    problem_of(getattr(own, method)(f"{ADDRESS}/{make(ann).pk}"), 405)
