"""The page of an execution: what it shows, to whom, and what can be done there."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from agents.models import AgentTaskEvent
from schedules import db, services
from schedules.claims import Claimed
from schedules.models import Approval, Attempt, Execution, Schedule
from schedules.tests.integration.scenes import (
    fail,
    park,
    pending,
    running,
    set_row,
    succeed,
    take,
)
from tests.clients import person

pytestmark = pytest.mark.django_db


def address(execution: UUID, site: str = "console") -> str:
    return f"/{site}/schedules/execution/{execution}/"


def page(client: Client, execution: UUID, site: str = "console") -> str:
    answer = client.get(address(execution, site))
    assert answer.status_code == 200
    return str(answer.content.decode())


def do(client: Client, execution: UUID, **data: Any) -> str:
    answer = client.post(address(execution), data, follow=True)
    assert answer.status_code == 200
    return str(answer.content.decode())


def note(claimed: Claimed, *kinds: str, **data: Any) -> None:
    assert claimed.agent_task_id is not None
    for number, kind in enumerate(kinds, 1):
        AgentTaskEvent.objects.create(
            task_id=claimed.agent_task_id, number=number, kind=kind, data=data
        )


def test_what_went_wrong_before_needs_no_advice(
    browser: Client, make: Callable[..., Schedule]
) -> None:
    claimed = running(make(max_attempts=2))
    fail(claimed, retryable=True, error_type="worker_lost", error_message="It went away.")
    assert "What went wrong before" in page(browser, claimed.id)
    assert "What to do" not in page(browser, claimed.id)
    set_row(claimed.id, not_before="now()")
    fail(take(claimed.id), retryable=True, error_type="worker_lost", error_message="It went away.")
    assert "What went wrong before" not in page(browser, claimed.id)
    assert "What to do" in page(browser, claimed.id)


def test_a_run_that_succeeded(browser: Client, schedule: Schedule) -> None:
    claimed = running(schedule)
    note(claimed, "model_request", "tool_call", content="say <b>hello</b>", name="pay")
    succeed(claimed, result="All **well**", input_tokens=7, output_tokens=5)
    text = page(browser, claimed.id)
    for shown in ("nightly", "Succeeded after", "<strong>well</strong>", "7 in, 5 out"):
        assert shown in text
    assert "say &lt;b&gt;hello&lt;/b&gt;" in text
    assert "Uses pay" in text
    assert "Somebody started it by hand." in text
    assert 'data-final="yes"' in text
    assert "data-live=" not in text


def test_a_run_that_failed_says_what_to_do(browser: Client, make: Callable[..., Schedule]) -> None:
    claimed = running(make())
    fail(claimed, retryable=False, error_type="quota_exceeded", error_message="No <credit>.")
    text = page(browser, claimed.id)
    assert "No &lt;credit&gt;." in text
    assert "Top up the provider" in text


def test_the_head_follows_while_it_runs(browser: Client, schedule: Schedule) -> None:
    claimed = running(schedule)
    text = page(browser, claimed.id)
    assert f'data-live="{address(claimed.id)}head/"' in text
    assert f'data-live-schedule="{schedule.pk}"' in text
    head = browser.get(f"{address(claimed.id)}head/")
    assert "Running for" in head.content.decode()
    assert "<html" not in head.content.decode()


def test_one_that_has_not_started_has_no_trace_yet(browser: Client, schedule: Schedule) -> None:
    text = page(browser, pending(schedule).id)
    assert "Waits for a worker" in text
    assert 'id="trace"' not in text


def test_one_that_is_stopped_says_so(browser: Client, schedule: Schedule) -> None:
    waits = pending(schedule)
    services.stop(owner=schedule.owner, by="root", note="too dear")
    assert "All runs of ann are stopped by root (too dear)" in page(browser, waits.id)


def test_attempts_lead_to_their_tasks_and_back(
    browser: Client, make: Callable[..., Schedule]
) -> None:
    claimed = running(make(max_attempts=2))
    fail(claimed, error_type="timed_out", error_message="Too long.")
    execution = claimed.id
    db.fetch("UPDATE schedules_execution SET not_before = now() WHERE id = %s", (execution,))
    again = take(execution)
    text = page(browser, execution)
    assert f'data-task="{again.agent_task_id}"' in text
    for each in Attempt.objects.all():
        task = f"/console/agents/agenttask/{each.agent_task_id}/"
        assert task in text
        assert address(execution) in browser.get(task).content.decode()


def test_cancel(browser: Client, schedule: Schedule) -> None:
    execution = pending(schedule)
    assert "The execution is cancelled." in do(browser, execution.id, do="cancel")
    execution.refresh_from_db()
    assert execution.state == "cancelled"
    assert "has ended" not in page(browser, execution.id)
    assert 'value="cancel"' not in page(browser, execution.id)


def test_what_services_refuse_is_a_message(browser: Client, schedule: Schedule) -> None:
    claimed = running(schedule)
    assert "It has not ended yet" in do(browser, claimed.id, do="retry")
    succeed(claimed)
    assert "has ended already" in do(browser, claimed.id, do="cancel")


def test_run_again_is_a_new_execution(browser: Client, schedule: Schedule) -> None:
    claimed = running(schedule)
    fail(claimed, retryable=False, error_type="timed_out", error_message="Too long.")
    assert "This is a new run" in do(browser, claimed.id, do="retry")
    new = Execution.objects.exclude(pk=claimed.id).get()
    assert (new.trigger, new.state, new.schedule) == ("manual", "pending", schedule)
    assert Execution.objects.get(pk=claimed.id).state == "failed"


def test_what_is_skipped_is_no_new_run(browser: Client, schedule: Schedule) -> None:
    ended = running(schedule)
    succeed(ended)
    running(schedule)
    text = do(browser, ended.id, do="retry")
    assert "It does not run now: overlap" in text
    assert "This is a new run" not in text


def test_what_no_schedule_stands_for_is_run_again_as_an_agent_task(
    browser: Client, schedule: Schedule
) -> None:
    claimed = running(schedule)
    succeed(claimed)
    services.delete_schedule(schedule=schedule)
    do(browser, claimed.id, do="retry")
    new = Execution.objects.exclude(pk=claimed.id).get()
    assert (new.trigger, new.command) == ("agent_task", "say hello")


def test_without_its_agent_nothing_is_run_again(browser: Client, schedule: Schedule) -> None:
    claimed = running(schedule)
    succeed(claimed)
    services.delete_schedule(schedule=schedule)
    schedule.agent.delete()
    assert "agent has been deleted" in do(browser, claimed.id, do="retry")


@pytest.mark.parametrize(("act", "state"), [("approve", "approved"), ("deny", "denied")])
def test_decide(browser: Client, schedule: Schedule, act: str, state: str) -> None:
    claimed = running(schedule)
    (approval,) = park(claimed, "pay")
    text = page(browser, claimed.id)
    assert "Your decision is needed" in text
    assert "&quot;n&quot;: 0" in text
    said = do(browser, claimed.id, do=act, approval=approval.pk, note="not today")
    assert f"The call of pay is {state}." in said
    approval.refresh_from_db()
    assert (approval.state, approval.note, approval.decided_by) == (state, "not today", "ann")


def test_a_call_of_another_run_cannot_be_decided_here(browser: Client, schedule: Schedule) -> None:
    (approval,) = park(running(schedule))
    services.update_schedule(schedule=schedule, changes={"overlap_policy": "allow"})
    data = {"do": "approve", "approval": approval.pk}
    assert browser.post(address(pending(schedule).id), data).status_code == 404
    assert Approval.objects.get().state == "waiting"


@pytest.mark.parametrize("data", [{}, {"do": "x"}, {"do": "approve", "approval": "²"}])
def test_buttons_that_there_are_not(
    browser: Client, schedule: Schedule, data: dict[str, str]
) -> None:
    assert browser.post(address(pending(schedule).id), data).status_code == 404


def test_strangers_find_nothing(strangers: Client, schedule: Schedule) -> None:
    (approval,) = park(running(schedule))
    execution = approval.parking.execution_id
    for end in ("", "head/"):
        assert strangers.get(address(execution) + end).status_code == 404
    for act in ("cancel", "retry", "approve", "deny"):
        data = {"do": act, "approval": approval.pk}
        assert strangers.post(address(execution), data).status_code == 404
    task = Attempt.objects.get().agent_task_id
    for end in ("", "head/"):
        assert strangers.get(f"/console/agents/agenttask/{task}/{end}").status_code == 404


def test_nobody_is_sent_to_the_sign_in(schedule: Schedule) -> None:
    claimed = running(schedule)
    for where in (address(claimed.id), f"/console/agents/agenttask/{claimed.agent_task_id}/head/"):
        answer = Client().get(where)
        assert answer.status_code == 302
        assert "/console/login/" in answer["Location"]


def staff_who_may(*codenames: str) -> Client:
    user: User = person("stan", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    client = Client()
    client.force_login(user)
    return client


def test_staff_see_what_their_permissions_say(schedule: Schedule) -> None:
    (approval,) = park(running(schedule))
    execution = approval.parking.execution_id
    looks = staff_who_may("view_execution")
    text = page(looks, execution, "admin")
    assert "Owner" in text
    for button in ("Run again", ">Cancel", ">Approve", "/agents/agenttask/"):
        assert button not in text
    for act in ("cancel", "retry", "approve"):
        data = {"do": act, "approval": approval.pk}
        assert looks.post(address(execution, "admin"), data).status_code == 403
    assert Approval.objects.get().state == "waiting"


def test_staff_without_permission_see_nothing(schedule: Schedule) -> None:
    execution = pending(schedule)
    assert staff_who_may().get(address(execution.id, "admin")).status_code == 403


def test_staff_act_on_everybodys(admin: Client, schedule: Schedule) -> None:
    execution = pending(schedule)
    admin.post(address(execution.id, "admin"), {"do": "cancel"})
    execution.refresh_from_db()
    assert execution.state == "cancelled"


@pytest.mark.parametrize("url", ["", "https://traces.example/{trace_id}"])
def test_trace_id(browser: Client, schedule: Schedule, settings: Any, url: str) -> None:
    settings.TRACE_URL = url
    claimed = running(schedule)
    note(claimed, "model_request", trace_id="abc123")
    text = page(browser, claimed.id)
    assert 'data-copy="abc123"' in text
    assert ('href="https://traces.example/abc123"' in text) == bool(url)


def queries(client: Client, execution: UUID) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        page(client, execution)
    return len(captured)


def test_queries_do_not_grow_with_events_attempts_and_calls(
    browser: Client, schedule: Schedule
) -> None:
    claimed = running(schedule)
    note(claimed, "text", text="a")
    (approval, *_) = park(claimed, "pay")
    page(browser, claimed.id)
    few = queries(browser, claimed.id)
    services.decide_approval(approval=approval, approved=True, by="ann")
    again = take(claimed.id)
    note(again, *["text"] * 50, text="b")
    park(again, *(f"tool{n}" for n in range(8)))
    assert queries(browser, claimed.id) == few


def test_a_long_trace_is_shown_in_parts(browser: Client, schedule: Schedule) -> None:
    claimed = running(schedule)
    note(claimed, *["tool_call"] * 310, name="look")
    text = page(browser, claimed.id)
    assert text.count("Uses look</strong>") == 300
    assert 'href="?after=300"' in text
    later = browser.get(f"{address(claimed.id)}?after=300").content.decode()
    assert later.count("Uses look</strong>") == 10
    odd = browser.get(f"{address(claimed.id)}?after=²").content.decode()
    assert odd.count("Uses look</strong>") == 300


def test_the_lists_lead_there(browser: Client, admin: Client, schedule: Schedule) -> None:
    claimed = running(schedule)
    for client, site in ((browser, "console"), (admin, "admin")):
        listed = client.get(f"/{site}/schedules/execution/").content.decode()
        assert f'href="{address(claimed.id, site)}' in listed
        tasks = client.get(f"/{site}/agents/agenttask/").content.decode()
        assert f'href="/{site}/agents/agenttask/{claimed.agent_task_id}/' in tasks
