"""The admin pages of agents and their tasks."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from agents import services
from agents.models import Agent, AgentTask, Spending
from scheduler_project.errors import Conflict
from scheduler_project.searchable import FEW
from tests.clients import person

pytestmark = pytest.mark.django_db
ADDRESS = "/admin/agents/agent/"


def form(owner: User, **changes: Any) -> dict[str, Any]:
    values = {"owner": owner.pk, "name": "helper", "runner": "llm"}
    return values | {"max_output_tokens": 256, "max_llm_calls": 10} | changes


def test_add_and_change(admin: Client, ann: User) -> None:
    assert admin.post(f"{ADDRESS}add/", form(ann)).status_code == 302
    agent = Agent.objects.get()
    assert (agent.owner, agent.name) == (ann, "helper")
    page = f"{ADDRESS}{agent.pk}/change/"
    assert admin.get(page).status_code == 200
    changed = form(ann, name="new", output_schema='{"type": "object"}')
    assert admin.post(page, changed).status_code == 302
    agent.refresh_from_db()
    assert (agent.name, agent.output_schema) == ("new", {"type": "object"})
    log = admin.get(f"{ADDRESS}{agent.pk}/history/").content.decode()
    assert re.search(r"helper.*new", log, re.DOTALL)


def test_tools_and_servers(admin: Client, ann: User) -> None:
    """Left empty they are none; what is written is kept."""
    servers = '[{"name": "wiki", "url": "https://example.com/mcp"}]'
    written = form(ann, tools='{"memory": "allow"}', mcp_servers=servers)
    assert admin.post(f"{ADDRESS}add/", written).status_code == 302
    agent = Agent.objects.get()
    assert (agent.tools, agent.mcp_servers[0]["name"]) == ({"memory": "allow"}, "wiki")
    page = f"{ADDRESS}{agent.pk}/change/"
    assert admin.post(page, form(ann, tools="", mcp_servers="")).status_code == 302
    agent.refresh_from_db()
    assert (agent.tools, agent.mcp_servers) == ({}, [])


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"tools": '{"memory": "maybe"}'}, "tools"),
        ({"tools": "{"}, "tools"),
        ({"mcp_servers": "[{}]"}, "mcp_servers"),
        ({"model": "gpt-5"}, "model"),
        ({"runner": "cobol"}, "runner"),
        ({"max_llm_calls": 0}, "max_llm_calls"),
        ({"instructions": "x" * 20_001}, "instructions"),
        ({"output_schema": '{"type": "array"}'}, "output_schema"),
        ({"output_schema": "{"}, "output_schema"),
    ],
)
def test_errors_are_shown_at_the_field(
    admin: Client, ann: User, changes: dict[str, Any], field: str
) -> None:
    response = admin.post(f"{ADDRESS}add/", form(ann, **changes))
    assert response.status_code == 200
    assert list(response.context["adminform"].form.errors) == [field]
    assert not Agent.objects.exists()


def test_same_name_twice(admin: Client, ann: User) -> None:
    Agent.objects.create(owner=ann, name="helper")
    assert admin.post(f"{ADDRESS}add/", form(ann)).status_code == 200
    other = Agent.objects.create(owner=ann, name="other")
    answer = admin.post(f"{ADDRESS}{other.pk}/change/", form(ann), follow=True)
    assert "already" in answer.content.decode()
    other.refresh_from_db()
    assert other.name == "other"


def test_the_owner_stays(admin: Client, ann: User) -> None:
    agent = Agent.objects.create(owner=ann, name="helper")
    page = f"{ADDRESS}{agent.pk}/change/"
    assert b'name="owner"' not in admin.get(page).content
    admin.post(page, form(person("bob")))
    agent.refresh_from_db()
    assert agent.owner == ann


def test_delete_one_or_many(admin: Client, ann: User) -> None:
    agents = [Agent.objects.create(owner=ann, name=str(n)) for n in range(3)]
    assert admin.post(f"{ADDRESS}{agents[0].pk}/delete/", {"post": "yes"}).status_code == 302
    chosen = {"action": "delete_selected", "post": "yes", "_selected_action": [agents[1].pk]}
    assert admin.post(ADDRESS, chosen).status_code == 302
    assert list(Agent.objects.values_list("name", flat=True)) == ["2"]


def test_what_changes_while_saving_becomes_a_message(
    admin: Client, ann: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    agent = Agent.objects.create(owner=ann, name="helper")

    def too_late(**arguments: Any) -> None:
        raise Conflict("It is gone.")

    for name in ("update_agent", "delete_agent"):
        monkeypatch.setattr(services, name, too_late)
    chosen = {"action": "delete_selected", "post": "yes", "_selected_action": [agent.pk]}
    for address, values in (
        (f"{ADDRESS}{agent.pk}/change/", form(ann)),
        (f"{ADDRESS}{agent.pk}/delete/", {"post": "yes"}),
        (ADDRESS, chosen),
    ):
        assert "It is gone." in admin.post(address, values, follow=True).content.decode()


def test_no_list_of_all_users(admin: Client) -> None:
    for n in range(2 * FEW):
        person(f"user{n}")
    page = admin.get(f"{ADDRESS}add/").content.decode()
    assert len(re.findall(r"<option[^>]*>user\d+<", page)) < FEW


def test_lists_search_and_filter(admin: Client, ann: User) -> None:
    agent = Agent.objects.create(owner=ann, name="helper")
    AgentTask.objects.create(owner=ann, agent=agent, command="x")
    for address in (ADDRESS, "/admin/agents/agenttask/"):
        assert admin.get(address).status_code == 200
        assert admin.get(f"{address}?q=ann").status_code == 200
    assert admin.get("/admin/agents/agenttask/?state__exact=pending").status_code == 200


def test_tasks_are_records(admin: Client, ann: User) -> None:
    task = AgentTask.objects.create(owner=ann, command="x", result="Hello.")
    page = f"/admin/agents/agenttask/{task.pk}/change/"
    assert "Hello." in admin.get(page).content.decode()
    assert admin.post(page, {"result": "Forged."}).status_code == 403
    assert admin.post(f"/admin/agents/agenttask/{task.pk}/delete/").status_code == 403


def test_an_hour_of_spending_is_named_by_its_model(admin: Client, ann: User) -> None:
    hour = datetime(2026, 11, 27, 2, tzinfo=UTC)
    row = Spending.objects.create(owner=ann, schedule_id=0, model="local:small", hour=hour)
    page = admin.get(f"/admin/agents/spending/{row.pk}/change/").content.decode()
    assert "local:small, 2026-11-27 02:00 UTC" in page
