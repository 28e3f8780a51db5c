"""A schedule that keeps failing: from the failed run to its owner's inbox, and back on."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from schedules.models import Schedule
from schedules.tests.api.test_notifications import ADDRESS, messages
from schedules.tests.integration import scenes
from tests.clients import send

pytestmark = pytest.mark.django_db
PAUSED = "Paused: its last run failed. Find out why, then switch it on again."
ON_AGAIN = {"enabled": True, "note": "", "consecutive_failures": 0, "due": True}


@pytest.fixture
def failed(make: Callable[..., Schedule]) -> Schedule:
    """Hourly until its only run failed."""
    hourly = {"schedule_type": "interval", "interval_value": 1, "interval_unit": "hours"}
    schedule = make(**hourly, pause_after_failures=1)
    assert scenes.fail(scenes.running(schedule), error_type="boom")
    return schedule


def shown(client: Client, schedule: Schedule) -> dict[str, Any]:
    row: dict[str, Any] = send(client, "get", f"/api/scheduled-commands/{schedule.pk}").json()
    names = ("enabled", "note", "consecutive_failures", "last_state")
    return {name: row[name] for name in names} | {"due": bool(row["next_run_at"])}


def test_the_schedule_is_off_and_says_why(own: Client, failed: Schedule) -> None:
    assert shown(own, failed) == {
        "enabled": False,
        "note": PAUSED,
        "consecutive_failures": 1,
        "last_state": "failed",
        "due": False,
    }


def test_the_owner_is_told_the_same(own: Client, failed: Schedule) -> None:
    (row,) = send(own, "get", ADDRESS).json()["results"]
    assert row["schedule"] == failed.pk
    assert row["message"] == f'"{failed.name}": {shown(own, failed)["note"]}'


def test_switched_on_again_it_starts_from_nothing(own: Client, failed: Schedule) -> None:
    send(own, "post", f"/api/scheduled-commands/{failed.pk}/enable")
    assert shown(own, failed) == ON_AGAIN | {"last_state": "failed"}
    assert messages(own) == [PAUSED]


def test_switched_on_by_a_change_it_starts_from_nothing(own: Client, failed: Schedule) -> None:
    send(own, "patch", f"/api/scheduled-commands/{failed.pk}", {"enabled": True})
    assert shown(own, failed) == ON_AGAIN | {"last_state": "failed"}


def test_without_the_policy_it_goes_on(own: Client, make: Callable[..., Schedule]) -> None:
    schedule = make(pause_after_failures=0)
    scenes.fail(scenes.running(schedule))
    assert shown(own, schedule)["enabled"] is True
    assert messages(own) == []
