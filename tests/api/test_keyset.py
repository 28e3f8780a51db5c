"""Every row is on one page, whatever the order: rows that are alike, and rows without a value."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.models import Agent
from scheduler_project.keyset import Order, Place
from schedules import services
from schedules.models import Schedule
from tests.clients import problem_of, send
from tests.properties import SHARED

pytestmark = pytest.mark.django_db
ADDRESS = "/api/scheduled-commands"
BEGIN = datetime(2030, 1, 1, tzinfo=UTC)
ORDERS = [
    sign + name
    for sign in ("", "-")
    for name in ("id", "name", "next_run_at", "last_run_at", "created_at")
]


@pytest.fixture
def schedules(ann: User) -> list[Schedule]:
    """Eleven: next runs twice the same or none, of names all different."""
    agent = Agent.objects.create(owner=ann, name="helper")
    fields = {"agent": agent, "command": "say hello", "schedule_type": "manual"}
    made = [
        services.create_schedule(owner=ann, fields={"name": name, **fields})
        for name in "kdbagcjfeih"
    ]
    for place, schedule in enumerate(made):
        at = None if place % 3 == 0 else BEGIN + timedelta(days=place // 4)
        Schedule.objects.filter(pk=schedule.pk).update(next_run_at=at)
    return made


def pages(client: Client, address: str | None, link: str) -> Iterator[list[int]]:
    """The ids on each page, from that one on."""
    while address:
        page = send(client, "get", address).json()
        yield [row["id"] for row in page["results"]]
        address = page[link]


def in_order(name: str) -> list[int]:
    """All ids as they should come: rows without a value last."""
    rows = list(Schedule.objects.order_by("id"))
    field, descending = name.removeprefix("-"), name.startswith("-")
    with_value = [row for row in rows if getattr(row, field) is not None]
    without = [row for row in rows if getattr(row, field) is None]
    with_value.sort(key=lambda row: (getattr(row, field), row.pk), reverse=descending)
    return [row.pk for row in with_value + (without[::-1] if descending else without)]


@pytest.mark.usefixtures("schedules")
@pytest.mark.parametrize("name", ORDERS)
def test_there_and_back(own: Client, name: str) -> None:
    size = 4
    first = f"{ADDRESS}?ordering={name}&page_size={size}"
    there = list(pages(own, first, "next"))
    assert [pk for page in there for pk in page] == in_order(name)
    assert all(len(page) == size for page in there[:-1])
    last = first
    while following := send(own, "get", last).json()["next"]:
        last = following
    back = list(pages(own, last, "previous"))
    assert back == there[::-1]


def test_what_comes_in_between_moves_no_page(own: Client, schedules: list[Schedule]) -> None:
    first = send(own, "get", f"{ADDRESS}?page_size=4").json()
    agent = schedules[0].agent
    fields = {"agent": agent, "command": "say hello", "schedule_type": "manual", "name": "new"}
    services.create_schedule(owner=schedules[0].owner, fields=fields)
    second = send(own, "get", first["next"]).json()
    newest_first = [schedule.pk for schedule in reversed(schedules)]
    assert [row["id"] for row in first["results"] + second["results"]] == newest_first[:8]


@pytest.mark.usefixtures("schedules")
@pytest.mark.parametrize(
    "cursor",
    [
        *("x", "n", "nx", "n[]", "nbnVsbA", "pW10", "cD0x", "nWzEsMl0AA"),
        "n" + Place(1, 2**70).encoded(),
        "n" + Place("a", "b").encoded(),
        "n" + Place({}, []).encoded(),
        "n" + Place(None, 1).encoded(),
        "n" + "A" * 50_000,
    ],
)
def test_what_is_no_cursor_is_refused(own: Client, cursor: str) -> None:
    problem = problem_of(send(own, "get", f"{ADDRESS}?cursor={cursor}"), 400)
    assert problem["errors"][0]["field"] == "cursor"


@pytest.mark.usefixtures("schedules")
@pytest.mark.parametrize(
    ("name", "value"),
    [("name", "a\0"), ("name", "\ud800"), ("created_at", "2030-01-01T00:00:00"), ("name", None)],
)
def test_a_cursor_of_no_row_is_refused(own: Client, name: str, value: str | None) -> None:
    cursor = "n" + Place(value, 1).encoded()
    problem = problem_of(send(own, "get", f"{ADDRESS}?ordering={name}&cursor={cursor}"), 400)
    assert problem["errors"][0]["field"] == "cursor"


def test_two_orders_at_once_are_refused(own: Client) -> None:
    problem = problem_of(send(own, "get", f"{ADDRESS}?ordering=name,-id"), 400)
    assert problem["errors"] == [{"field": "ordering", "message": "Give one field."}]


@given(st.one_of(st.none(), st.datetimes(timezones=st.just(UTC))), st.integers(1, 2**63 - 1))
@settings(suppress_health_check=SHARED)
def test_places_are_read_as_they_were_written(value: Any, key: int) -> None:
    place = Place(value, key)
    assert Order(Schedule, "next_run_at").decoded(place.encoded()) == place
