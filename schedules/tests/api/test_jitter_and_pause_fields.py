"""jitter_seconds and pause_after_failures of a scheduled command, in the API and the admin."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from agents.models import Agent
from schedules.models import Definition, Schedule
from schedules.tests.api.test_admin import form
from schedules.tests.api.test_scheduled_commands import body
from tests.clients import refused, send

pytestmark = pytest.mark.django_db
ADDRESS = "/api/scheduled-commands"
PAGE = "/admin/schedules/schedule/"
DAY = 86_400
MOST_FAILURES = 1_000
REFUSED = [
    ({"jitter_seconds": DAY + 1}, "jitter_seconds"),
    ({"jitter_seconds": 2**31}, "jitter_seconds"),
    ({"jitter_seconds": -1}, "jitter_seconds"),
    ({"jitter_seconds": "soon"}, "jitter_seconds"),
    ({"jitter_seconds": "1.5"}, "jitter_seconds"),
    ({"jitter_seconds": ""}, "jitter_seconds"),
    ({"pause_after_failures": MOST_FAILURES + 1}, "pause_after_failures"),
    ({"pause_after_failures": -1}, "pause_after_failures"),
    ({"pause_after_failures": "never"}, "pause_after_failures"),
    ({"pause_after_failures": ""}, "pause_after_failures"),
]
NULL = [({name: None}, name) for name in ("jitter_seconds", "pause_after_failures")]


def fields(row: dict[str, Any]) -> tuple[Any, Any]:
    return row["jitter_seconds"], row["pause_after_failures"]


def stored() -> tuple[int, int]:
    return Schedule.objects.values_list("jitter_seconds", "pause_after_failures").get()


def test_a_new_schedule_has_no_jitter_and_ten_tries(own: Client, agent: Agent) -> None:
    assert fields(send(own, "post", ADDRESS, body(agent)).json()) == (0, 10)
    assert stored() == (0, 10)


@pytest.mark.parametrize("given", [(0, 0), (1, 1), (DAY, MOST_FAILURES)])
def test_they_are_stored_as_given(own: Client, agent: Agent, given: tuple[int, int]) -> None:
    jitter, failures = given
    order = body(agent, jitter_seconds=jitter, pause_after_failures=failures)
    assert fields(send(own, "post", ADDRESS, order).json()) == given
    assert stored() == given


def test_patch_changes_one_and_leaves_the_other(own: Client, make: Callable[..., Schedule]) -> None:
    page = f"{ADDRESS}/{make(jitter_seconds=60, pause_after_failures=3).pk}"
    assert fields(send(own, "patch", page, {"jitter_seconds": 90}).json()) == (90, 3)
    assert fields(send(own, "patch", page, {"pause_after_failures": 0}).json()) == (90, 0)
    assert stored() == (90, 0)


def test_put_without_them_goes_back_to_the_defaults(
    own: Client, make: Callable[..., Schedule]
) -> None:
    schedule = make(jitter_seconds=60, pause_after_failures=3)
    given = {"name": "new", "agent": schedule.agent_id, "command": "c", "schedule_type": "manual"}
    assert fields(send(own, "put", f"{ADDRESS}/{schedule.pk}", given).json()) == (0, 10)


def test_a_change_of_them_is_none_of_its_timing(own: Client, agent: Agent) -> None:
    made = send(own, "post", ADDRESS, body(agent)).json()
    changes = {"jitter_seconds": 60, "pause_after_failures": 3}
    changed = send(own, "patch", f"{ADDRESS}/{made['id']}", changes).json()
    assert changed["upcoming"] == made["upcoming"]
    assert Definition.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "field"), [*REFUSED, ({"jitter_seconds": None}, "jitter_seconds")]
)
def test_the_api_refuses_at_the_field(
    own: Client, agent: Agent, changes: dict[str, Any], field: str
) -> None:
    errors = refused(send(own, "post", ADDRESS, body(agent, **changes)))
    assert set(errors) == {field}
    assert errors[field].endswith(".")
    assert not Schedule.objects.exists()


@pytest.mark.parametrize(("changes", "field"), REFUSED)
def test_a_refused_change_leaves_what_was(
    own: Client, make: Callable[..., Schedule], changes: dict[str, Any], field: str
) -> None:
    page = f"{ADDRESS}/{make(jitter_seconds=60, pause_after_failures=3).pk}"
    assert set(refused(send(own, "patch", page, changes))) == {field}
    assert stored() == (60, 3)


def test_the_admin_adds_and_changes_them(admin: Client, agent: Agent) -> None:
    given = form(agent, jitter_seconds=60, pause_after_failures=3)
    assert admin.post(f"{PAGE}add/", given).status_code == 302
    assert stored() == (60, 3)
    page = f"{PAGE}{Schedule.objects.get().pk}/change/"
    initial = admin.get(page).context["adminform"].form.initial
    assert fields(initial) == (60, 3)
    changed = form(agent, jitter_seconds=DAY, pause_after_failures=0)
    assert admin.post(page, changed).status_code == 302
    assert stored() == (DAY, 0)


def test_the_admins_page_opens_with_the_defaults(admin: Client) -> None:
    opened = admin.get(f"{PAGE}add/").context["adminform"].form
    assert fields({name: opened[name].initial for name in opened.fields}) == (0, 10)


@pytest.mark.parametrize(("changes", "field"), REFUSED)
def test_the_admin_shows_what_is_wrong_at_the_field(
    admin: Client, agent: Agent, changes: dict[str, Any], field: str
) -> None:
    response = admin.post(f"{PAGE}add/", form(agent, **changes))
    assert response.status_code == 200
    assert list(response.context["adminform"].form.errors) == [field]
    assert not Schedule.objects.exists()


@pytest.mark.parametrize(("changes", "field"), REFUSED)
def test_the_admin_keeps_what_was_when_a_change_is_wrong(
    admin: Client, agent: Agent, changes: dict[str, Any], field: str
) -> None:
    admin.post(f"{PAGE}add/", form(agent, jitter_seconds=60, pause_after_failures=3))
    page = f"{PAGE}{Schedule.objects.get().pk}/change/"
    response = admin.post(page, form(agent, **changes))
    assert list(response.context["adminform"].form.errors) == [field]
    assert stored() == (60, 3)
