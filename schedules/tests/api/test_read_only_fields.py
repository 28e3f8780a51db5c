"""Fields that cannot be written: refused where to ignore them would mislead (StrictSerializer)."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from agents.models import Agent
from schedules.models import Schedule
from schedules.tests.api.test_scheduled_commands import body
from tests.clients import person, refused, send

pytestmark = pytest.mark.django_db
ADDRESS = "/api/scheduled-commands"


@pytest.mark.parametrize(
    "given",
    [
        *({"id": 7}, {"owner": 999_999}, {"owner": None}, {"note": "broken"}, {"run_count": 5}),
        *({"next_run_at": "2030-01-01T00:00:00Z"}, {"created_at": "2020-01-01T00:00:00Z"}),
        *({"last_state": "success"}, {"upcoming": ["2030-01-01T00:00:00Z"]}),
        {"consecutive_failures": False},
    ],
)
def test_nothing_of_it_is_promised_to_a_new_schedule(
    own: Client, agent: Agent, given: dict[str, Any]
) -> None:
    errors = refused(send(own, "post", ADDRESS, body(agent, **given)))
    assert errors == dict.fromkeys(given, "This is not given but made by the server: leave it out.")
    assert not Schedule.objects.exists()


def test_what_a_new_schedule_has_may_be_said(own: Client, agent: Agent, ann: User) -> None:
    given = {"owner": ann.pk, "note": "", "run_count": 0, "id": None, "last_run_at": None}
    given |= {"upcoming": [], "consecutive_failures": 0}
    assert send(own, "post", ADDRESS, body(agent, **given)).status_code == 201


@pytest.mark.parametrize("method", ["put", "patch"])
def test_what_was_read_may_be_changed_and_sent_back(
    own: Client, make: Callable[..., Schedule], method: str
) -> None:
    schedule = make(schedule_type="interval", interval_value=1, interval_unit="days")
    page = f"{ADDRESS}/{schedule.pk}"
    read = own.get(page).json()
    Schedule.objects.update(run_count=3, note="it ran meanwhile", last_state="success")
    changed = send(own, method, page, read | {"command": "other"})
    assert changed.status_code == 200, changed.content
    assert (changed.json()["command"], changed.json()["run_count"]) == ("other", 3)


@pytest.mark.parametrize("method", ["put", "patch"])
@pytest.mark.parametrize("kind", ["agents", "budgets", "scheduled-commands"])
def test_nobody_moves_a_row(own: Client, ids: dict[str, Any], kind: str, method: str) -> None:
    page = f"/api/{kind}/{ids[kind]}"
    read = own.get(page).json()
    assert send(own, method, page, read).status_code == 200
    errors = refused(send(own, method, page, read | {"id": 999_999, "owner": person("eve").pk}))
    assert errors == dict.fromkeys(
        ("id", "owner"), "This cannot be changed: leave it out, or send what it is."
    )


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        ("agents", {"name": "new", "owner": 999_999, "secret_names": ["a"]}),
        ("api-keys", {"name": "new", "public": "abc", "last_used_at": "2030-01-01T00:00:00Z"}),
        ("budgets", {"unit": "tokens", "period": "week", "amount": "5", "spent": "1", "left": "9"}),
    ],
)
def test_other_things_have_the_same_rule(own: Client, kind: str, given: dict[str, Any]) -> None:
    allowed = {"name", "unit", "period", "amount"}
    assert set(refused(send(own, "post", f"/api/{kind}", given))) == set(given) - allowed
