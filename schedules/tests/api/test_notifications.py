"""/api/notifications: what owners are told, and what makes the scheduler tell them."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from agents.models import Agent
from schedules import notifications, services
from schedules.models import Notification, Schedule
from tests.clients import client_of, person, problem_of, refused, send

pytestmark = pytest.mark.django_db
ADDRESS = "/api/notifications"


def tell(schedule: Schedule, *reasons: str) -> None:
    for reason in reasons:
        notifications.tell_paused({schedule.pk: reason})


def messages(client: Client, query: str = "") -> list[str]:
    rows = send(client, "get", f"{ADDRESS}{query}").json()["results"]
    return [row["message"].removeprefix('"schedule 0": ') for row in rows]


def test_a_message_tells_what_happened_to_which_schedule(
    own: Client, make: Callable[..., Schedule]
) -> None:
    schedule = make(name='ünï "quoted"')
    tell(schedule, "Paused.")
    (row,) = send(own, "get", ADDRESS).json()["results"]
    assert send(own, "get", f"{ADDRESS}/{row['id']}").json() == row
    assert datetime.fromisoformat(row.pop("created_at")).utcoffset() is not None
    assert row == {
        "id": Notification.objects.get().pk,
        "kind": "schedule_paused",
        "owner": schedule.owner_id,
        "schedule": schedule.pk,
        "message": '"ünï "quoted"": Paused.',
        "read_at": None,
    }


def test_the_newest_comes_first(own: Client, make: Callable[..., Schedule]) -> None:
    tell(make(), "one", "two", "three")
    assert messages(own) == ["three", "two", "one"]


def test_everybody_is_told_of_their_own(own: Client, make: Callable[..., Schedule]) -> None:
    eve = person("eve")
    helper = Agent.objects.create(owner=eve, name="helper")
    fields = {"name": "schedule 0", "agent": helper, "command": "c", "schedule_type": "manual"}
    hers = services.create_schedule(owner=eve, fields=fields)
    notifications.tell_paused({make(name="schedule 0").pk: "ann's", hers.pk: "eve's"})
    assert (messages(own), messages(client_of(eve))) == (["ann's"], ["eve's"])


def test_reading_is_marked_once(own: Client, make: Callable[..., Schedule]) -> None:
    tell(make(), "x")
    page = f"{ADDRESS}/{Notification.objects.get().pk}"
    read = send(own, "post", f"{page}/read")
    assert read.status_code == 200
    assert read.json()["read_at"] is not None
    Notification.objects.update(read_at=datetime.fromisoformat("2026-01-02T03:04:05Z"))
    for answer in (send(own, "post", f"{page}/read"), send(own, "get", page)):
        assert answer.json()["read_at"] == "2026-01-02T03:04:05Z"


def test_unread_ones_and_read_ones(own: Client, make: Callable[..., Schedule]) -> None:
    tell(make(), "old", "new")
    send(own, "post", f"{ADDRESS}/{Notification.objects.earliest('id').pk}/read")
    assert messages(own, "?unread=true") == messages(own, "?unread=1") == ["new"]
    assert messages(own, "?unread=false") == messages(own, "?unread=0") == ["old"]
    assert messages(own, "?unread=") == ["new", "old"]


@pytest.mark.parametrize("value", ["perhaps", "2", "null", "%00", "%ff"])
@pytest.mark.parametrize("query", ["notifications?unread", "scheduled-commands?enabled"])
def test_a_filter_that_is_neither_true_nor_false_is_refused(
    own: Client, query: str, value: str
) -> None:
    errors = refused(send(own, "get", f"/api/{query}={value}"))
    assert errors == {query.split("?")[1]: "Give true or false."}


def test_pages_by_cursor(own: Client, make: Callable[..., Schedule]) -> None:
    tell(make(), *"abcde")
    page = send(own, "get", f"{ADDRESS}?page_size=2&unread=true").json()
    found = [page["results"]]
    while page["next"]:
        page = own.get(page["next"]).json()
        found.append(page["results"])
    assert [[row["message"][-1] for row in rows] for rows in found] == [
        ["e", "d"],
        ["c", "b"],
        ["a"],
    ]
    assert set(refused(send(own, "get", f"{ADDRESS}?cursor=nonsense"))) == {"cursor"}


def test_the_number_of_queries_does_not_grow_with_the_list(
    own: Client, make: Callable[..., Schedule]
) -> None:
    counts = []
    for count in (1, 10):
        while Notification.objects.count() < count:
            tell(make(), "x")
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert len(messages(own)) == count
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_a_message_outlives_its_schedule(own: Client, make: Callable[..., Schedule]) -> None:
    schedule = make()
    tell(schedule, "Paused.")
    send(own, "delete", f"/api/scheduled-commands/{schedule.pk}")
    (row,) = send(own, "get", ADDRESS).json()["results"]
    assert (row["schedule"], row["message"]) == (None, '"schedule 0": Paused.')


def test_a_message_goes_with_its_owner(ann: User, make: Callable[..., Schedule]) -> None:
    tell(make(), "Paused.")
    ann.delete()
    assert not Notification.objects.exists()


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nobody_writes_messages(own: Client, make: Callable[..., Schedule], method: str) -> None:
    tell(make(), "x")
    page = ADDRESS if method == "post" else f"{ADDRESS}/{Notification.objects.get().pk}"
    problem_of(send(own, method, page, {"message": "forged"}), 405)
    assert messages(own) == ["x"]


@pytest.mark.parametrize("pk", ["999999", "x", "9" * 30])
def test_what_there_is_not_cannot_be_read(own: Client, pk: str) -> None:
    problem_of(send(own, "get", f"{ADDRESS}/{pk}"), 404)
    problem_of(send(own, "post", f"{ADDRESS}/{pk}/read"), 404)
