"""/api/scheduler/stop and /resume, as owners and staff use them."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from schedules.models import Stop
from tests.clients import client_of, person, problem_of, refused, send

pytestmark = pytest.mark.django_db
STOP, RESUME = "/api/scheduler/stop", "/api/scheduler/resume"
EVERYBODY = {"whole_system": True}


def stops_shown(client: Client) -> list[tuple[int | None, str]]:
    """Whose stops the status page shows, each with its note."""
    shown = send(client, "get", "/api/scheduler/status").json()["stops"]
    return [(stop["owner"], stop["note"]) for stop in shown]


@pytest.mark.parametrize("body", [None, {}, {"note": ""}, {"whole_system": False}])
def test_one_stops_ones_own_runs_without_a_word(own: Client, ann: User, body: Any) -> None:
    stop = send(own, "post", STOP, body)
    assert stop.status_code == 200
    row = Stop.objects.get()
    assert stop.json() | {"stopped_at": ""} == {
        "whole_system": False,
        "owner": ann.pk,
        "by_staff": False,
        "note": "",
        "stopped_by": "ann",
        "stopped_at": "",
    }
    assert (row.owner, row.note, row.stopped_by) == (ann, "", "ann")


def test_a_note_says_why(own: Client) -> None:
    longest = "ü" * 200
    assert send(own, "post", STOP, {"note": longest}).json()["note"] == longest
    assert Stop.objects.get().note == longest


def test_staff_stop_everybody(staff: Client) -> None:
    stop = send(staff, "post", STOP, EVERYBODY | {"note": "fire"}).json()
    assert (stop["whole_system"], stop["owner"], stop["stopped_by"]) == (True, None, "root")
    assert Stop.objects.get().owner is None


def test_staff_stop_their_own_runs_unless_they_say_otherwise(staff: Client) -> None:
    assert send(staff, "post", STOP).json()["whole_system"] is False
    assert Stop.objects.get().owner == User.objects.get(username="root")


@pytest.mark.parametrize("scope", [{}, EVERYBODY])
def test_stopping_twice_leaves_the_first_stop(staff: Client, scope: dict[str, Any]) -> None:
    first = send(staff, "post", STOP, scope | {"note": "first"}).json()
    assert send(staff, "post", STOP, scope | {"note": "second"}).json() == first
    assert Stop.objects.count() == 1


@pytest.mark.parametrize("address", [STOP, RESUME])
def test_the_whole_system_is_for_staff(own: Client, staff: Client, address: str) -> None:
    assert "staff" in problem_of(send(own, "post", address, EVERYBODY), 403)["detail"]
    assert not Stop.objects.exists()
    send(staff, "post", STOP, EVERYBODY)
    problem_of(send(own, "post", address, EVERYBODY), 403)
    assert Stop.objects.get().owner is None


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"note": "x" * 201}, "note"),
        ({"note": "a\x00b"}, "note"),
        ({"note": "\udcff"}, "note"),
        ({"note": None}, "note"),
        ({"note": ["x"]}, "note"),
        ({"whole_system": "perhaps"}, "whole_system"),
        ({"whole_system": None}, "whole_system"),
        ({"whole_sistem": True}, "whole_sistem"),
        ({"owner": 1}, "owner"),
        (["whole_system"], ""),
    ],
)
def test_a_bad_order_stops_nothing(own: Client, body: Any, field: str) -> None:
    errors = refused(send(own, "post", STOP, body))
    assert set(errors) == {field}
    assert errors[field].endswith((".", "?"))
    assert not Stop.objects.exists()


@pytest.mark.parametrize("method", ["get", "put", "patch", "delete"])
def test_nothing_but_post(own: Client, method: str) -> None:
    for address in (STOP, RESUME):
        problem_of(send(own, method, address, {}), 405)
    assert not Stop.objects.exists()


def test_the_status_shows_what_holds_one_up_and_staff_all(
    own: Client, ann: User, staff: Client
) -> None:
    other = client_of(person("eve"))
    assert stops_shown(own) == stops_shown(other) == stops_shown(staff) == []
    send(own, "post", STOP, {"note": "mine"})
    assert stops_shown(own) == stops_shown(staff) == [(ann.pk, "mine")]
    assert stops_shown(other) == []
    send(staff, "post", STOP, EVERYBODY | {"note": "fire"})
    assert stops_shown(own) == [(None, "fire"), (ann.pk, "mine")]
    assert stops_shown(other) == [(None, "fire")]
    assert set(stops_shown(staff)) == {(None, "fire"), (ann.pk, "mine")}
