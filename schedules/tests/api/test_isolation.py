"""Every route, as its owner, a stranger, staff and nobody; a route without a case fails."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from agents.models import AgentTask
from schedules.models import Notification, Schedule, Stop
from tests.clients import client_of, person, problem_of, refused, send, staff, superuser

pytestmark = pytest.mark.django_db

# Address (as its pattern reads) to the methods that only an owner may use.
OF_ONE = {
    "api/agents/(?P<pk>[^/.]+)": ["get", "put", "patch", "delete"],
    "api/agent-tasks/(?P<pk>[^/.]+)": ["get"],
    "api/agent-tasks/(?P<pk>[^/.]+)/events": ["get"],
    "api/api-keys/(?P<pk>[^/.]+)": ["get", "delete"],
    "api/approvals/(?P<pk>[^/.]+)": ["get"],
    "api/approvals/(?P<pk>[^/.]+)/approve": ["post"],
    "api/approvals/(?P<pk>[^/.]+)/deny": ["post"],
    "api/budgets/(?P<pk>[^/.]+)": ["get", "put", "patch", "delete"],
    "api/executions/(?P<pk>[^/.]+)": ["get"],
    "api/executions/(?P<pk>[^/.]+)/cancel": ["post"],
    "api/hooks/(?P<pk>[^/.]+)": ["get", "put", "patch", "delete"],
    "api/hooks/(?P<pk>[^/.]+)/rotate": ["post"],
    "api/hooks/(?P<pk>[^/.]+)/test": ["post"],
    "api/hooks/(?P<hook>[^/.]+)/deliveries": ["get"],
    "api/hooks/(?P<hook>[^/.]+)/deliveries/(?P<pk>[^/.]+)": ["get"],
    "api/hooks/(?P<hook>[^/.]+)/deliveries/(?P<pk>[^/.]+)/redeliver": ["post"],
    "api/notifications/(?P<pk>[^/.]+)": ["get"],
    "api/notifications/(?P<pk>[^/.]+)/read": ["post"],
    "api/scheduled-commands/(?P<pk>[^/.]+)": ["get", "put", "patch", "delete"],
    "api/scheduled-commands/(?P<pk>[^/.]+)/enable": ["post"],
    "api/scheduled-commands/(?P<pk>[^/.]+)/disable": ["post"],
    "api/scheduled-commands/(?P<pk>[^/.]+)/execute": ["post"],
    "api/scheduled-commands/(?P<pk>[^/.]+)/backfill": ["post"],
    "api/scheduled-commands/(?P<pk>[^/.]+)/executions": ["get"],
}
LISTS = [
    *("api/agents", "api/agent-tasks", "api/executions", "api/notifications"),
    *("api/scheduled-commands", "api/budgets", "api/spending", "api/approvals"),
    *("api/api-keys", "api/hooks"),
]
# Of one's own, whatever is said: as somebody else there is nothing of it.
DECLARED = {
    "api/scheduled-commands/by-name/(?P<name>(?s:.+))": "put",
    "api/scheduled-commands/bulk": "post",
    "api/scheduled-commands/export": "get",
    "api/scheduled-commands/import": "post",
}
FOR_ALL_USERS = {
    "api/scheduler/status": "get",
    "scheduler/status": "get",
    "api/": "get",
    "api/scheduler/stop": "post",
    "api/scheduler/resume": "post",
}
FOR_EVERYBODY = [
    *("api/token", "api/token/refresh", "api/token/logout", "api/schema", "api/docs"),
    *("api/auth/login", "api/auth/logout"),
]


def routes(patterns: list[Any], prefix: str = "") -> Iterator[str]:
    for pattern in patterns:
        address = prefix + str(pattern.pattern).strip("^$").removesuffix("\\Z")
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, address)
        elif isinstance(pattern, URLPattern) and address.startswith(("api/", "scheduler/")):
            yield address


def test_every_route_has_its_case() -> None:
    known = {*OF_ONE, *LISTS, *DECLARED, *FOR_ALL_USERS, *FOR_EVERYBODY}
    known |= {"api/<path:rest>", "scheduler/<path:rest>"}
    assert set(routes(get_resolver().url_patterns)) == known


@pytest.fixture
def addresses(ids: dict[str, Any]) -> dict[str, str]:
    """Each pattern of OF_ONE with the id of something of ann's."""
    return {pattern: address_of(pattern, ids) for pattern in OF_ONE}


def address_of(pattern: str, ids: dict[str, Any]) -> str:
    """The address of something of ann's."""
    address = pattern.replace("(?P<hook>[^/.]+)", str(ids["hooks"]))
    one = ids["deliveries"] if address != pattern else ids.get(pattern.split("/")[1])
    return "/" + address.replace("(?P<pk>[^/.]+)", str(one))


def test_strangers_find_nothing(addresses: dict[str, str]) -> None:
    stranger = client_of(person("eve"))
    for pattern, methods in OF_ONE.items():
        for method in methods:
            problem_of(send(stranger, method, addresses[pattern], {}), 404)
    for address in LISTS:
        assert send(stranger, "get", f"/{address}").json()["results"] == []
    assert Notification.objects.get().read_at is None
    assert Schedule.objects.count() == 1
    assert AgentTask.objects.count() == 2


def test_nobody_is_told_to_sign_in(addresses: dict[str, str]) -> None:
    nobody = client_of(None)
    for pattern, methods in OF_ONE.items():
        for method in methods:
            problem_of(send(nobody, method, addresses[pattern], {}), 401)
    for address, method in (dict.fromkeys(LISTS, "get") | FOR_ALL_USERS | DECLARED).items():
        problem_of(send(nobody, method, f"/{address}"), 401)
    assert not Stop.objects.exists()
    for address in LISTS:
        if address not in {"api/executions", "api/spending"}:
            problem_of(send(nobody, "post", f"/{address}", {}), 401)
    for address in ("api/schema", "api/docs"):
        assert send(nobody, "get", f"/{address}").status_code in {200, 401}


def test_owner_and_staff_see_it(addresses: dict[str, str], own: Client) -> None:
    staff = client_of(superuser("root"))
    for pattern, methods in OF_ONE.items():
        if "get" in methods:
            for client in (own, staff):
                assert send(client, "get", addresses[pattern]).status_code == 200
    for address in LISTS:
        mine = send(own, "get", f"/{address}").json()["results"]
        assert mine
        assert send(staff, "get", f"/{address}").json()["results"] == mine


def clerk(*verbs: str) -> Client:
    """On the staff, with these permissions for everything."""
    return client_of(staff("clerk", *verbs))


def test_staff_without_permissions_are_strangers(addresses: dict[str, str]) -> None:
    client = clerk()
    for pattern, methods in OF_ONE.items():
        for method in methods:
            problem_of(send(client, method, addresses[pattern], {}), 404)
    for address in LISTS:
        assert send(client, "get", f"/{address}").json()["results"] == []
    assert send(client, "get", "/api/scheduler/status").json()["last_24_hours"] == {}
    for order in ("stop", "resume"):
        everybody = {"whole_system": True}
        problem_of(send(client, "post", f"/api/scheduler/{order}", everybody), 403)


def test_staff_who_may_look_change_nothing(addresses: dict[str, str], own: Client) -> None:
    client, before = clerk("view"), Schedule.objects.values().get()
    for pattern, methods in OF_ONE.items():
        for method in methods:
            answer = send(client, method, addresses[pattern], {})
            assert answer.status_code == (200 if method == "get" else 403), pattern
    for address in LISTS:
        theirs = send(own, "get", f"/{address}").json()["results"]
        assert send(client, "get", f"/{address}").json()["results"] == theirs
    problem_of(send(client, "post", "/api/scheduler/stop", {"whole_system": True}), 403)
    assert Schedule.objects.values().get() == before
    assert not Stop.objects.exists()


def test_staff_do_what_they_may(make: Callable[..., Schedule]) -> None:
    client, page = clerk("view", "change"), f"/api/scheduled-commands/{make().pk}"
    assert send(client, "patch", page, {"description": "seen to"}).status_code == 200
    problem = problem_of(send(client, "delete", page), 403)
    assert "a permission that you do not have" in problem["detail"]
    problem_of(send(client, "post", "/api/scheduler/stop", {"whole_system": True}), 403)
    User.objects.get(username="clerk").user_permissions.set(
        Permission.objects.filter(codename__in=["add_stop", "view_schedule", "delete_schedule"])
    )
    assert send(client, "delete", page).status_code == 204
    everybody = {"whole_system": True}
    assert send(client, "post", "/api/scheduler/stop", everybody).status_code == 200
    problem_of(send(client, "post", "/api/scheduler/resume", everybody), 403)


def test_what_is_for_all_users_is_for_each_of_them(own: Client) -> None:
    for client in (
        own,
        client_of(person("eve")),
        client_of(superuser("root")),
    ):
        for address, method in FOR_ALL_USERS.items():
            assert send(client, method, f"/{address}").status_code == 200


def test_staff_do_not_take_a_notification_from_its_owner(
    addresses: dict[str, str], own: Client
) -> None:
    staff = client_of(superuser("root"))
    page = addresses["api/notifications/(?P<pk>[^/.]+)/read"]
    problem_of(send(staff, "post", page), 403)
    assert send(own, "post", page).json()["read_at"] is not None


def test_staff_schedule_with_the_owners_agent_only(make: Callable[..., Schedule]) -> None:
    schedule = make()
    staff = client_of(superuser("root"))
    page = f"/api/scheduled-commands/{schedule.pk}"
    assert send(staff, "patch", page, {"description": "seen to"}).status_code == 200
    schedule.refresh_from_db()
    assert schedule.owner.username == "ann"


def test_filters_do_not_tell_what_belongs_to_others(addresses: dict[str, str]) -> None:
    stranger = client_of(person("eve"))
    schedule = Schedule.objects.get()
    for query, unknown in (
        (f"executions?schedule={schedule.pk}", "executions?schedule=999999"),
        (f"executions?agent={schedule.agent_id}", "executions?agent=999999"),
        (f"scheduled-commands?agent={schedule.agent_id}", "scheduled-commands?agent=999999"),
        (f"agent-tasks?agent={schedule.agent_id}", "agent-tasks?agent=999999"),
    ):
        theirs, none = (send(stranger, "get", f"/api/{which}") for which in (query, unknown))
        assert theirs.status_code == none.status_code == 400
        assert refused(theirs) == refused(none)
