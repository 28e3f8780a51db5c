"""What the API starts by hand is refused while a stop stands, and only then."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from agents.models import Agent, AgentTask
from schedules import services
from schedules.models import Execution, Schedule
from tests.clients import client_of, person, problem_of, send, superuser

pytestmark = pytest.mark.django_db
OWN, SYSTEM = "All runs of this owner are stopped", "The whole system is stopped"
WAYS_OUT = {OWN: "resume them first.", SYSTEM: "nothing starts until staff resume it."}


@pytest.fixture
def ways(agent: Agent, make: Callable[..., Schedule]) -> list[tuple[str, Any]]:
    """Each address that starts something of ann's, with its body."""
    order = {"agent": agent.pk, "command": "look"}
    return [
        (f"/api/scheduled-commands/{make(overlap_policy='allow').pk}/execute", None),
        ("/api/agent-tasks", order),
    ]


def answers(client: Client, ways: list[tuple[str, Any]]) -> list[int]:
    return [send(client, "post", *way).status_code for way in ways]


@pytest.mark.parametrize("note", ["", "holiday"])
@pytest.mark.parametrize("whole_system", [False, True])
def test_it_is_refused_with_the_way_out_and_leaves_nothing(
    own: Client, ann: User, ways: list[tuple[str, Any]], whole_system: bool, note: str
) -> None:
    whose = None if whole_system else ann
    services.stop(owner=whose, by="root", note=note, by_staff=whole_system)
    scope = SYSTEM if whole_system else OWN
    why = f"{scope}{f' ({note})' if note else ''}: {WAYS_OUT[scope]}"
    for way in ways:
        assert problem_of(send(own, "post", *way), 409)["detail"] == why
    assert not Execution.objects.exists()
    assert not AgentTask.objects.exists()


def test_the_widest_stop_is_told_first(own: Client, ann: User, ways: list[tuple[str, Any]]) -> None:
    services.stop(owner=ann, by="ann")
    services.stop(owner=None, by="root")
    for way in ways:
        assert problem_of(send(own, "post", *way), 409)["detail"].startswith(SYSTEM)


def test_a_stop_holds_up_nobody_else(own: Client, ways: list[tuple[str, Any]]) -> None:
    services.stop(owner=person("eve"), by="eve")
    assert answers(own, ways) == [202, 202]


def test_staff_start_nothing_of_an_owner_who_is_stopped(
    ann: User, ways: list[tuple[str, Any]]
) -> None:
    services.stop(owner=ann, by="ann")
    staff = client_of(superuser("root"))
    problem_of(send(staff, "post", *ways[0]), 409)
    assert not Execution.objects.exists()


def test_it_starts_again_after_the_stop(own: Client, ways: list[tuple[str, Any]]) -> None:
    send(own, "post", "/api/scheduler/stop")
    assert answers(own, ways) == [409, 409]
    send(own, "post", "/api/scheduler/resume")
    assert answers(own, ways) == [202, 202]


def test_what_starts_nothing_goes_on(own: Client, make: Callable[..., Schedule]) -> None:
    page = f"/api/scheduled-commands/{make().pk}"
    send(own, "post", "/api/scheduler/stop")
    assert send(own, "patch", page, {"description": "edited meanwhile"}).status_code == 200
    assert send(own, "post", f"{page}/disable").status_code == 200
    assert send(own, "post", f"{page}/enable").status_code == 200
    assert send(own, "delete", page).status_code == 204
