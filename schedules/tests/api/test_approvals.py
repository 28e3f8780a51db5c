"""/api/approvals, and the same in the admin."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from schedules.models import Approval, Schedule
from schedules.tests.integration.scenes import park, row, running
from tests.clients import client_of, person, problem_of, refused, send

pytestmark = pytest.mark.django_db
ADDRESS = "/api/approvals"
Make = Callable[..., Schedule]


@pytest.fixture
def asked(make: Make) -> Approval:
    return park(running(make()), "pay")[0]


def execution_of(approval: Approval) -> Any:
    return row(approval.parking.execution_id)


def test_what_is_asked_is_shown(own: Client, asked: Approval) -> None:
    (shown,) = send(own, "get", f"{ADDRESS}?state=waiting").json()["results"]
    assert send(own, "get", f"{ADDRESS}/{asked.pk}").json() == shown
    assert shown.pop("asked_at") < shown.pop("expires_at")
    execution = execution_of(asked)
    assert shown == {
        "id": asked.pk,
        "owner": execution.owner_id,
        "execution": str(execution.id),
        "attempt": 1,
        "schedule": execution.schedule_id,
        "schedule_name": "schedule 0",
        "tool": "pay",
        "arguments": {"n": 0},
        "state": "waiting",
        "note": "",
        "decided_by": "",
        "decided_at": None,
    }


@pytest.mark.parametrize(("act", "state"), [("approve", "approved"), ("deny", "denied")])
def test_a_decision_lets_the_run_go_on(
    own: Client, asked: Approval, ann: User, act: str, state: str
) -> None:
    shown = send(own, "post", f"{ADDRESS}/{asked.pk}/{act}", {"note": "As agreed."}).json()
    assert (shown["state"], shown["note"], shown["decided_by"]) == (
        *(state, "As agreed."),
        ann.username,
    )
    assert (shown["expires_at"], shown["decided_at"] is None) == (None, False)
    assert execution_of(asked).state == "pending"
    assert send(own, "post", f"{ADDRESS}/{asked.pk}/{act}").status_code == 200
    other = "deny" if act == "approve" else "approve"
    problem = problem_of(send(own, "post", f"{ADDRESS}/{asked.pk}/{other}"), 409)
    assert problem["detail"] == f"Nothing is to be decided any more: the call is {state}."


def test_bad_input_decides_nothing(own: Client, asked: Approval) -> None:
    page = f"{ADDRESS}/{asked.pk}/deny"
    assert "note" in refused(send(own, "post", page, {"note": "x" * 501}))
    assert "note" in refused(send(own, "post", page, {"note": "a\0b"}))
    assert "reason" in refused(send(own, "post", page, {"reason": "no"}))
    assert "state" in refused(send(own, "get", f"{ADDRESS}?state=open"))
    assert "execution" in refused(send(own, "get", f"{ADDRESS}?execution=7"))
    asked.refresh_from_db()
    assert asked.state == "waiting"


def test_the_list_is_narrowed_down(own: Client, asked: Approval, make: Make) -> None:
    (other,) = park(running(make()), "send")

    def found(query: str) -> list[str]:
        rows = send(own, "get", f"{ADDRESS}?{query}").json()["results"]
        return [each["tool"] for each in rows]

    assert found("") == ["send", "pay"]
    assert found(f"execution={other.parking.execution_id}") == ["send"]
    send(own, "post", f"{ADDRESS}/{asked.pk}/approve")
    assert (found("state=approved"), found("state=waiting")) == (["pay"], ["send"])


def test_a_page_takes_as_many_queries_as_one_row(own: Client, make: Make) -> None:
    counts = []
    for _ in range(2):
        for _ in range(3):
            park(running(make()), "pay", "send")
        with CaptureQueriesContext(connection) as captured:
            send(own, "get", ADDRESS)
        counts.append(len(captured))
    assert counts[0] == counts[1]
    assert '"messages"' not in str(captured.captured_queries)


def test_staff_decide_for_others(staff: Client, asked: Approval) -> None:
    assert send(staff, "post", f"{ADDRESS}/{asked.pk}/approve").json()["decided_by"] == "root"


PAGE = "/admin/schedules/approval/"


def admin_of(*permissions: str) -> Client:
    user = person("clerk", is_staff=True)
    found = Permission.objects.filter(codename__in=permissions)
    assert len(found) == len(permissions)
    user.user_permissions.set(found)
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.parametrize("of", ["", "{}/change/"])
def test_until_when_it_waits_is_written_as_times_are(asked: Approval, of: str) -> None:
    page = admin_of("view_approval").get(PAGE + of.format(asked.pk)).content.decode()
    assert "Waits until" in page
    assert f"{asked.parking.expires_at:%Y-%m-%d %H:%M:%S UTC}" in page
    assert str(asked.parking.expires_at) not in page


@pytest.mark.parametrize(("act", "state"), [("approve", "approved"), ("deny", "denied")])
def test_the_admin_decides(asked: Approval, act: str, state: str) -> None:
    clerk = admin_of("view_approval", "change_approval")
    page = clerk.get(PAGE).content.decode()
    assert "&quot;n&quot;: 0" in page
    assert asked.tool in clerk.get(f"{PAGE}{asked.pk}/change/").content.decode()
    clerk.post(clerk.post(PAGE, {"action": act, "_selected_action": [asked.pk]})["Location"])
    asked.refresh_from_db()
    assert (asked.state, asked.decided_by) == (state, "clerk")
    assert execution_of(asked).state == "pending"
    other = "deny" if act == "approve" else "approve"
    answer = clerk.post(PAGE, {"action": other, "_selected_action": [asked.pk]}, follow=True)
    assert "Nothing is selected with which that can be done" in answer.content.decode()


def test_who_may_only_look_decides_nothing(asked: Approval) -> None:
    clerk = admin_of("view_approval")
    assert 'name="action"' not in clerk.get(PAGE).content.decode()
    clerk.post(PAGE, {"action": "approve", "_selected_action": [asked.pk]})
    page = f"{PAGE}bulk/approve/?job=1&ids={asked.pk}"
    assert clerk.post(page).status_code == 403
    asked.refresh_from_db()
    assert asked.state == "waiting"


def test_nobody_sees_those_of_others(asked: Approval) -> None:
    stranger = client_of(person("eve"))
    assert (
        send(stranger, "get", f"{ADDRESS}?execution={asked.parking.execution_id}").json()["results"]
        == []
    )
