"""Query parameters and addresses: what nothing reads, or what means nothing, is refused."""

from base64 import b64encode
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import get_resolver

from agents.models import Agent
from schedules.models import Schedule
from schedules.tests.api.test_isolation import FOR_ALL_USERS, LISTS, OF_ONE, address_of, routes
from tests.clients import problem_of, refused, send

pytestmark = pytest.mark.django_db
# Pages and documents of others: they ignore what they do not know.
LENIENT = {"api/schema", "api/docs", "api/auth/login", "api/auth/logout"}
CURSORS = ["api/executions", "api/notifications", "api/approvals", "api/agent-tasks"]


def cursor(text: str) -> str:
    return quote(b64encode(text.encode()).decode())


def test_no_route_ignores_a_parameter(ids: dict[str, Any], own: Client) -> None:
    asked = 0
    for pattern in set(routes(get_resolver().url_patterns)) - LENIENT:
        if "<path" in pattern:
            continue
        address = address_of(pattern, ids).replace("(?P<name>(?s:.+))", "schedule 0")
        for method in ("get", "post", "put", "patch", "delete"):
            response = send(own, method, f"{address}?nonsense=1", {})
            if response.status_code != 405:
                assert refused(response) == {"nonsense": "Unknown parameter."}, (method, address)
                asked += 1
    assert asked > 30


def test_the_nearest_name_is_suggested(own: Client) -> None:
    errors = refused(own.get("/api/budgets?scedule=1&unt=dollars&ordring=id&pag=1"))
    assert {name: sentence.rpartition("mean ")[2] for name, sentence in errors.items()} == {
        "scedule": "schedule?",
        "unt": "unit?",
        "ordring": "ordering?",
        "pag": "page?",
    }


def test_one_of_two_values_would_be_ignored(own: Client) -> None:
    assert refused(own.get("/api/agents?page=1&page=2")) == {"page": "Give page once."}


def test_details_have_no_filters(ids: dict[str, Any], own: Client) -> None:
    address = f"/api/scheduled-commands/{ids['scheduled-commands']}"
    assert set(refused(own.get(f"{address}?enabled=true&page=1"))) == {"enabled", "page"}
    assert own.get(f"{address}?format=json").status_code == 200


@pytest.mark.parametrize(
    ("query", "field", "words"),
    [
        ("ordering=nmae", "ordering", "Did you mean name?"),
        ("ordering=command", "ordering", "There is: id, name"),
        ("ordering=name,", "ordering", "There is no order by that."),
        ("ordering=%00", "ordering", "There is no order by that."),
        ("search=%00", "search", "NUL"),
        ("search=" + "x" * 201, "search", "at most 200"),
        ("search=" + "+".join("abcdefghijk"), "search", "11 words"),
        ("page=0", "page", "page's number"),
        ("page=-1", "page", "page's number"),
        ("page=x", "page", "page's number"),
        ("page=1.0", "page", "page's number"),
        ("page=" + "9" * 5000, "page", "page's number"),
        ("page_size=0", "page_size", "from 1 to 200"),
        ("page_size=201", "page_size", "from 1 to 200"),
        ("page_size=x", "page_size", "from 1 to 200"),
        ("page_size=" + "9" * 5000, "page_size", "from 1 to 200"),
        ("format=xml", "format", "Choose one of json, api."),
        ("format=%00", "format", "Choose one of json, api."),
        ("enabled=maybe", "enabled", "true or false"),
        ("agent=1.0", "agent", ""),
        ("agent=%00", "agent", ""),
        ("agent=" + "9" * 30, "agent", ""),
        ("agent=" + "9" * 5000, "agent", ""),
        ("schedule_type=%00", "schedule_type", ""),
    ],
)
def test_what_means_nothing(own: Client, query: str, field: str, words: str) -> None:
    numbered = field == "page"
    errors = refused(own.get(f"/api/{'agents' if numbered else 'scheduled-commands'}?{query}"))
    assert set(errors) == {field}
    assert words in errors[field]


def test_what_is_meant_is_done(own: Client, make: Callable[..., Schedule]) -> None:
    for name in ("b", "a", "c"):
        make(name=name)
    page = own.get("/api/scheduled-commands?ordering=name&page_size=2&search=hello")
    assert [row["name"] for row in page.json()["results"]] == ["a", "b"]


def test_numbered_pages(own: Client, ann: User) -> None:
    for name in ("b", "a", "c"):
        Agent.objects.create(owner=ann, name=name)
    page = own.get("/api/agents?ordering=name,-id&page=2&page_size=2")
    assert [row["name"] for row in page.json()["results"]] == ["c"]
    assert own.get("/api/agents?page=last&page_size=2").json()["previous"]
    problem_of(own.get("/api/agents?page=9"), 404)


@pytest.mark.parametrize(
    "text",
    [
        *("nonsense", "", cursor("p=x"), cursor("p=1%00"), cursor("o=x"), cursor("r=x"), "%00"),
        *(cursor("p=" + "9" * 5000), cursor("o=-1"), cursor("r=" + "9" * 5000), "é", "=" * 9000),
    ],
)
@pytest.mark.parametrize("address", CURSORS)
def test_cursors_that_are_none(own: Client, address: str, text: str) -> None:
    response = own.get(f"/{address}?cursor={text}")
    assert response.status_code == 200 or set(refused(response)) == {"cursor"}


@pytest.mark.parametrize(
    "key", ["1.0", "9" * 30, "9" * 5000, "%00", "1%00", "-1", "x", "%F0%9F%90%98", "..", "%2e%2e"]
)
def test_ids_that_are_none(own: Client, key: str) -> None:
    for pattern, methods in OF_ONE.items():
        address = pattern.replace("(?P<hook>[^/.]+)", key).replace("(?P<pk>[^/.]+)", key)
        for method in methods:
            problem_of(send(own, method, f"/{address}", {}), 404)


def test_the_walk_covers_lists() -> None:
    assert {*LISTS, *FOR_ALL_USERS} <= set(routes(get_resolver().url_patterns))


def test_agents_of_that_name(own: Client, ann: User) -> None:
    Agent.objects.create(owner=ann, name="x")
    assert own.get("/api/agents?name=x").json()["count"] == 1
    assert own.get("/api/agents?name=y").json()["count"] == 0
    assert set(refused(own.get("/api/agents?name=%00"))) == {"name"}
