"""/api/agents as its owner, a stranger, staff and nobody."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from agents.models import Agent, AgentTask
from tests.clients import client_of, person, problem_of, refused, send, superuser

pytestmark = pytest.mark.django_db
ADDRESS = "/api/agents"


@pytest.fixture
def agent(ann: User) -> Agent:
    return Agent.objects.create(owner=ann, name="helper", description="old", max_llm_calls=3)


def test_create(own: Client, ann: User) -> None:
    response = send(own, "post", ADDRESS, {"name": "helper", "model": "openai:gpt-5"})
    assert response.status_code == 201
    made = response.json()
    agent = Agent.objects.get()
    assert made == {
        "id": agent.pk,
        "owner": ann.pk,
        "name": "helper",
        "description": "",
        "runner": "llm",
        "model": "openai:gpt-5",
        "instructions": "",
        "max_output_tokens": 256,
        "max_llm_calls": 10,
        "output_schema": None,
        "options": {},
        "fallback_models": [],
        "tools": {},
        "mcp_servers": [],
        "secret_names": [],
        "created_at": made["created_at"],
        "updated_at": made["updated_at"],
    }
    assert made["created_at"] is not None


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "name"),
        ({"name": None}, "name"),
        ({"name": ""}, "name"),
        ({"name": ["x"]}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"name": "a\x00"}, "name"),
        ({"name": "\udcff"}, "name"),
        ({"name": "x", "model": "gpt"}, "model"),
        ({"name": "x", "runner": "cobol"}, "runner"),
        ({"name": "x", "instructions": "y" * 20_001}, "instructions"),
        ({"name": "x", "instructions": "\x00"}, "instructions"),
        ({"name": "x", "max_output_tokens": 0}, "max_output_tokens"),
        ({"name": "x", "max_output_tokens": -1}, "max_output_tokens"),
        ({"name": "x", "max_output_tokens": 10**30}, "max_output_tokens"),
        ({"name": "x", "max_output_tokens": 1.5}, "max_output_tokens"),
        ({"name": "x", "max_llm_calls": "many"}, "max_llm_calls"),
        ({"name": "x", "output_schema": "object"}, "output_schema"),
        ({"name": "x", "output_schema": {}}, "output_schema"),
        ({"name": "x", "output_schema": {"type": "object", "required": 1}}, "output_schema"),
        (
            {"name": "x", "output_schema": {"type": "object", "title": "\x00"}},
            "output_schema.title",
        ),
        ({"name": "x", "tools": ["memory"]}, "tools"),
        ({"name": "x", "tools": None}, "tools"),
        ({"name": "x", "tools": {"memory\x00": "allow"}}, "tools"),
        ({"name": "x", "tools": {"memory": "maybe"}}, "tools"),
        ({"name": "x", "mcp_servers": [{"name": "a"}]}, "mcp_servers"),
        ({"name": "x", "mcp_servers": [{"name": "a", "url": "http://[::1]"}]}, "mcp_servers"),
        ({"name": "x", "colour": "red"}, "colour"),
    ],
)
def test_bad_input(own: Client, agent: Agent, body: dict[str, Any], field: str) -> None:
    assert set(refused(send(own, "post", ADDRESS, body))) == {field}
    if "name" in body:
        assert set(refused(send(own, "patch", f"{ADDRESS}/{agent.pk}", body))) == {field}
    assert Agent.objects.count() == 1


def test_an_output_schema_comes_and_goes(own: Client, agent: Agent) -> None:
    schema = {"type": "object", "properties": {"count": {"type": "integer"}}}
    address = f"{ADDRESS}/{agent.pk}"
    assert send(own, "patch", address, {"output_schema": schema}).json()["output_schema"] == schema
    agent.refresh_from_db()
    assert agent.output_schema == schema
    assert send(own, "patch", address, {"output_schema": None}).json()["output_schema"] is None
    assert Agent.objects.filter(output_schema__isnull=True).exists()


def test_same_name_twice(own: Client, agent: Agent) -> None:
    assert "already" in refused(send(own, "post", ADDRESS, {"name": agent.name}))["name"]


def test_owner_cannot_be_chosen(own: Client, ann: User) -> None:
    errors = refused(send(own, "post", ADDRESS, {"name": "x", "owner": person("bob").pk, "id": 99}))
    assert set(errors) == {"owner", "id"}
    made = send(own, "post", ADDRESS, {"name": "x", "owner": ann.pk}).json()
    assert made["owner"] == ann.pk


def test_read_change_write(own: Client, agent: Agent) -> None:
    address = f"{ADDRESS}/{agent.pk}"
    body = own.get(address).json()
    answer = send(own, "put", address, body | {"description": "new"})
    assert answer.status_code == 200
    assert answer.json() == body | {
        "description": "new",
        "updated_at": answer.json()["updated_at"],
    }


def test_tools_and_servers(own: Client, agent: Agent) -> None:
    address = f"{ADDRESS}/{agent.pk}"
    changes = {
        "tools": {"memory": "allow", "http_fetch": "ask"},
        "mcp_servers": [{"name": "wiki", "url": "https://example.com/mcp", "default": "allow"}],
    }
    answer = send(own, "patch", address, changes)
    assert answer.status_code == 200, answer.content
    assert {name: own.get(address).json()[name] for name in changes} == changes
    answer = send(own, "put", address, {"name": "x"}).json()
    assert (answer["tools"], answer["mcp_servers"]) == ({}, [])


def test_patch_changes_what_is_given(own: Client, agent: Agent) -> None:
    answer = send(own, "patch", f"{ADDRESS}/{agent.pk}", {"name": "new"}).json()
    assert (answer["name"], answer["description"], answer["max_llm_calls"]) == ("new", "old", 3)


def test_put_sets_the_rest_to_its_defaults(own: Client, agent: Agent) -> None:
    answer = send(own, "put", f"{ADDRESS}/{agent.pk}", {"name": "new"}).json()
    assert (answer["name"], answer["description"], answer["max_llm_calls"]) == ("new", "", 10)


def test_delete(own: Client, agent: Agent) -> None:
    task = AgentTask.objects.create(owner=agent.owner, agent=agent, command="x")
    assert own.delete(f"{ADDRESS}/{agent.pk}").status_code == 204
    assert own.get(f"/api/agent-tasks/{task.pk}").json()["agent"] is None
    problem_of(own.get(f"{ADDRESS}/{agent.pk}"), 404)


def test_delete_while_a_schedule_needs_it(own: Client, agent: Agent) -> None:
    made = send(
        own,
        "post",
        "/api/scheduled-commands",
        {"name": "daily", "agent": agent.pk, "command": "x", "schedule_type": "manual"},
    )
    assert made.status_code == 201, made.content
    detail = problem_of(own.delete(f"{ADDRESS}/{agent.pk}"), 409)["detail"]
    assert detail == "It cannot be deleted because it is still used by 1 scheduled command."
    assert Agent.objects.exists()


@pytest.mark.parametrize("method", ["get", "put", "patch", "delete"])
def test_strangers_find_nothing(agent: Agent, method: str) -> None:
    stranger = client_of(person("bob"))
    problem_of(send(stranger, method, f"{ADDRESS}/{agent.pk}", {"name": "mine now"}), 404)
    assert stranger.get(ADDRESS).json()["count"] == 0
    agent.refresh_from_db()
    assert agent.name == "helper"


@pytest.mark.parametrize("method", ["get", "post", "put", "patch", "delete"])
def test_nobody_gets_in(agent: Agent, method: str) -> None:
    for address in (ADDRESS, f"{ADDRESS}/{agent.pk}"):
        response = send(client_of(None), method, address, {"name": "x"})
        problem_of(response, 401)
        assert response["WWW-Authenticate"].startswith("Bearer")


def test_staff_see_all(agent: Agent) -> None:
    staff = client_of(superuser("staff"))
    assert staff.get(f"{ADDRESS}/{agent.pk}").status_code == 200
    answer = send(staff, "patch", f"{ADDRESS}/{agent.pk}", {"description": "checked"})
    assert answer.json()["owner"] == agent.owner_id


@pytest.mark.parametrize("key", ["0", "x", "9" * 40, "%00", "1.5", "-1", "%F0%9F%98%80"])
def test_addresses_of_nothing(own: Client, key: str) -> None:
    problem_of(own.get(f"{ADDRESS}/{key}"), 404)


def test_list(own: Client, ann: User) -> None:
    names = ["alpha", "beta", "gamma"]
    Agent.objects.bulk_create(Agent(owner=ann, name=name) for name in names)

    def found(query: str) -> list[str]:
        return [row["name"] for row in own.get(f"{ADDRESS}?{query}").json()["results"]]

    assert found("") == ["gamma", "beta", "alpha"]
    assert found("ordering=name") == names
    assert found("search=bet") == ["beta"]
    assert found("name=alpha") == ["alpha"]
    assert found("runner=none") == []
    assert found("page_size=2&page=2") == ["alpha"]
    problem_of(own.get(f"{ADDRESS}?page=99"), 404)


@pytest.mark.parametrize("query", ["search=%00", "name=%00", "runner=%00"])
def test_odd_queries(own: Client, query: str) -> None:
    problem_of(own.get(f"{ADDRESS}?{query}"), 400)


def test_pages_have_a_limit(own: Client, ann: User) -> None:
    Agent.objects.bulk_create(Agent(owner=ann, name=f"a{n}") for n in range(210))
    assert len(own.get(ADDRESS).json()["results"]) == 50
    assert len(own.get(f"{ADDRESS}?page_size=200").json()["results"]) == 200
    assert set(refused(own.get(f"{ADDRESS}?page_size=201"))) == {"page_size"}


def test_queries_do_not_grow_with_the_list(own: Client, ann: User) -> None:
    counts = []
    for batch in range(2):
        Agent.objects.bulk_create(Agent(owner=ann, name=f"{batch}-{n}") for n in range(20))
        with CaptureQueriesContext(connection) as queries:
            own.get(ADDRESS)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 3
