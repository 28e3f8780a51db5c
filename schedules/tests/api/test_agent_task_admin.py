"""The admin page that starts an agent task without a schedule."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from agents.models import Agent, AgentTask
from scheduler_project.searchable import FEW
from schedules import services
from schedules.models import Execution
from schedules.tests.api.test_operations_permissions import staff_who_may
from tests.clients import person

pytestmark = pytest.mark.django_db
TASKS = "/admin/agents/agenttask/"


def order(whose: Agent, **changes: Any) -> dict[str, Any]:
    """What the browser sends of the page, filled in."""
    return {"agent": whose.pk, "command": "look", "timeout_seconds": 600} | changes


def errors(response: Any) -> dict[str, Any]:
    assert response.status_code == 200
    found: dict[str, Any] = response.context["adminform"].form.errors
    assert not AgentTask.objects.exists()
    assert not Execution.objects.exists()
    return found


def test_it_is_started_for_the_requester_and_its_page_is_shown(
    admin: Client, agent: Agent, django_capture_on_commit_callbacks: Any
) -> None:
    page = admin.get(f"{TASKS}add/").content.decode()
    assert 'value="600"' in page
    with django_capture_on_commit_callbacks() as published:
        response = admin.post(f"{TASKS}add/", order(agent, timeout_seconds=90), follow=True)
    task = AgentTask.objects.get()
    assert response.redirect_chain == [(f"{TASKS}{task.pk}/", 302)]
    assert f"{task.pk} (pending)" in response.content.decode()
    assert (task.owner.username, task.agent, task.command) == ("root", agent, "look")
    execution = Execution.objects.get(attempts__agent_task=task)
    assert (execution.owner, execution.state, execution.timeout_seconds) == (
        *(task.owner, "pending"),
        90,
    )
    assert len(published) == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"agent": ""}, "agent"),
        ({"agent": 999_999}, "agent"),
        ({"command": " "}, "command"),
        ({"command": "x" * 20_001}, "command"),
        ({"command": "a\x00b"}, "command"),
        ({"timeout_seconds": ""}, "timeout_seconds"),
        ({"timeout_seconds": 0}, "timeout_seconds"),
        ({"timeout_seconds": 86_401}, "timeout_seconds"),
    ],
)
def test_errors_are_shown_at_the_field(
    admin: Client, agent: Agent, changes: dict[str, Any], field: str
) -> None:
    assert list(errors(admin.post(f"{TASKS}add/", order(agent, **changes)))) == [field]


@pytest.mark.parametrize("whole_system", [False, True])
def test_a_stop_is_told_and_nothing_is_lost(
    admin: Client, agent: Agent, whole_system: bool
) -> None:
    root = User.objects.get(username="root")
    services.stop(owner=None if whole_system else root, by="chief", note="fire")
    response = admin.post(f"{TASKS}add/", order(agent, command="look closely"))
    (sentence,) = errors(response)["__all__"]
    assert "stopped (fire): nothing starts until staff resume it." in sentence
    assert "look closely" in response.content.decode()


def test_a_stop_of_somebody_else_holds_up_nothing(admin: Client, ann: User, agent: Agent) -> None:
    services.stop(owner=ann, by="ann")
    assert admin.post(f"{TASKS}add/", order(agent)).status_code == 302
    assert AgentTask.objects.exists()


def test_what_is_refused_while_it_is_started_becomes_a_message(
    admin: Client, agent: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    services.stop(owner=None, by="chief")
    monkeypatch.setattr(services, "check_agent_task", lambda **order: None)
    response = admin.post(f"{TASKS}add/", order(agent), follow=True)
    assert "The whole system is stopped" in response.content.decode()
    assert not AgentTask.objects.exists()


@pytest.mark.parametrize("permissions", [(), ("view_agenttask", "view_agent", "change_agenttask")])
def test_who_may_not_add_tasks_starts_none(agent: Agent, permissions: tuple[str, ...]) -> None:
    clerk = staff_who_may(*permissions)
    assert clerk.get(f"{TASKS}add/").status_code == 403
    assert clerk.post(f"{TASKS}add/", order(agent)).status_code == 403
    assert not AgentTask.objects.exists()


def test_who_sees_no_agents_uses_their_own(agent: Agent) -> None:
    clerk = staff_who_may("add_agenttask")
    mine = Agent.objects.create(owner=User.objects.get(username="clerk"), name="mine")
    page = clerk.get(f"{TASKS}add/").content.decode()
    assert ">mine<" in page
    assert ">helper<" not in page
    assert list(errors(clerk.post(f"{TASKS}add/", order(agent)))) == ["agent"]
    assert clerk.post(f"{TASKS}add/", order(mine))["Location"] == "/admin/"
    assert AgentTask.objects.get().agent == mine


def test_who_sees_agents_uses_any(agent: Agent) -> None:
    clerk = staff_who_may("add_agenttask", "view_agent")
    assert clerk.post(f"{TASKS}add/", order(agent)).status_code == 302
    assert AgentTask.objects.get().owner.username == "clerk"


def test_agents_are_searched_not_listed(admin: Client) -> None:
    eve = person("eve")
    for name in ("one of many", *map(str, range(FEW))):
        Agent.objects.create(owner=eve, name=name)
    assert b"one of many" not in admin.get(f"{TASKS}add/").content
    query = "app_label=agents&model_name=agenttask&field_name=agent&term=one"
    (found,) = admin.get(f"/admin/autocomplete/?{query}").json()["results"]
    assert found["text"] == "one of many"


def test_tasks_that_were_started_are_records(admin: Client, ann: User, agent: Agent) -> None:
    task = services.start_agent_task(owner=ann, agent=agent, command="look")
    page = f"{TASKS}{task.pk}/"
    shown = admin.get(f"{page}change/").content.decode()
    assert "look" in shown
    assert "Input tokens" in shown
    assert admin.post(f"{page}change/", order(agent, command="forged")).status_code == 403
    assert admin.post(f"{page}delete/", {"post": "yes"}).status_code == 403
    assert AgentTask.objects.get().command == "look"
