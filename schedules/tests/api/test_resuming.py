"""/api/scheduler/resume: what it lifts, and what still stands."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from schedules.models import Schedule, Stop
from schedules.tests.api.test_stopping import EVERYBODY, RESUME, STOP, stops_shown
from tests.clients import client_of, person, problem_of, refused, send

pytestmark = pytest.mark.django_db


def test_resuming_what_is_not_stopped_lifts_nothing(own: Client) -> None:
    resumed = send(own, "post", RESUME)
    assert resumed.status_code == 200
    assert resumed.json() == {"lifted": False, "stops": []}


def test_resume_lifts_ones_own_stop_once(own: Client) -> None:
    send(own, "post", STOP)
    assert send(own, "post", RESUME).json() == {"lifted": True, "stops": []}
    assert send(own, "post", RESUME).json() == {"lifted": False, "stops": []}
    assert not Stop.objects.exists()


def test_resume_says_what_still_holds_one_up(own: Client, staff: Client) -> None:
    send(own, "post", STOP)
    wide = send(staff, "post", STOP, EVERYBODY | {"note": "fire"}).json()
    assert send(own, "post", RESUME).json() == {"lifted": True, "stops": [wide]}
    assert send(own, "post", RESUME).json() == {"lifted": False, "stops": [wide]}


def test_resuming_the_system_leaves_an_owners_own_stop(
    own: Client, ann: User, staff: Client, make: Callable[..., Schedule]
) -> None:
    page = f"/api/scheduled-commands/{make().pk}/execute"
    send(own, "post", STOP, {"note": "mine"})
    send(staff, "post", STOP, EVERYBODY)
    assert send(staff, "post", RESUME, EVERYBODY).json() == {"lifted": True, "stops": []}
    assert stops_shown(own) == [(ann.pk, "mine")]
    assert (
        "All runs of this owner are stopped (mine)"
        in problem_of(send(own, "post", page), 409)["detail"]
    )


def test_one_resumes_ones_own_only(own: Client, ann: User) -> None:
    send(own, "post", STOP)
    stranger = client_of(person("eve"))
    assert send(stranger, "post", RESUME).json()["lifted"] is False
    assert Stop.objects.get().owner == ann


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"whole_system": "perhaps"}, "whole_system"),
        ({"note": "x"}, "note"),
    ],
)
def test_a_bad_order_resumes_nothing(own: Client, body: Any, field: str) -> None:
    send(own, "post", STOP)
    assert set(refused(send(own, "post", RESUME, body))) == {field}
    assert Stop.objects.exists()
