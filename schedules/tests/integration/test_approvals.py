"""Runs that wait for a decision: parked once, taken up once, whatever else happens to them."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from agents.models import Agent, AgentTask
from agents.parking import AskedCall, Parked, Resumed
from scheduler_project.errors import Conflict
from schedules import (
    agenda,
    approvals,
    cancellation,
    claims,
    conclusions,
    db,
    outcomes,
    recover,
    services,
)
from schedules.models import Approval, Attempt, Execution, Notification, Parking, Schedule
from schedules.tests.integration.connections import OtherConnection, somebody_waits
from schedules.tests.integration.money import limit
from schedules.tests.integration.scenes import (
    clear_queue,
    fail,
    hand_back,
    park,
    queued,
    row,
    running,
    set_row,
    states,
    succeed,
    take,
    task,
)

pytestmark = pytest.mark.django_db(transaction=True)
Make = Callable[..., Schedule]
Connect = Callable[[], OtherConnection]


def approve(approval: Approval, note: str = "") -> Approval:
    return services.decide_approval(approval=approval, approved=True, by="ann", note=note)


def deny(approval: Approval, note: str = "") -> Approval:
    return services.decide_approval(approval=approval, approved=False, by="ann", note=note)


def overdue(parked: Approval) -> None:
    db.fetch("UPDATE schedules_parking SET expires_at = now() WHERE id = %s", (parked.parking_id,))


def test_a_parked_run_holds_nothing_and_its_owner_is_told(schedule: Schedule) -> None:
    claimed = running(schedule)
    (asked,) = park(claimed, "pay")
    parked = row(claimed.id)
    assert (parked.state, parked.reason) == ("waiting", "waits for an approval of pay")
    assert (parked.lease_until, parked.deadline_at, parked.publish_at) == (None, None, None)
    assert (parked.finished_at, parked.failures) == (None, 0)
    assert (asked.state, asked.tool, asked.arguments) == ("waiting", "pay", {"n": 0})
    assert asked.owner_id == schedule.owner_id
    found = Notification.objects.get()
    assert (found.kind, found.schedule_id) == ("approval_needed", schedule.pk)
    assert found.message == f'"{schedule.name}": waits for an approval of pay'
    ended = AgentTask.objects.get()
    assert (ended.state, ended.finished_at is not None) == ("parked", True)


def test_approved_it_goes_on_in_the_next_attempt_on_any_worker(schedule: Schedule) -> None:
    claimed = running(schedule)
    (asked,) = park(claimed)
    clear_queue()
    assert approve(asked).state == "approved"
    assert (row(claimed.id).state, row(claimed.id).reason) == ("pending", "")
    assert queued() == [str(claimed.id)]
    again = take(claimed.id, "worker-b")
    assert (again.attempt, again.resumed) == (2, Resumed(b"so far", {"call-0": None}))
    assert succeed(again, result="paid")
    assert row(claimed.id).state == "success"
    assert list(Attempt.objects.values_list("number", "trigger", "agent_task__state")) == [
        (1, "manual", "parked"),
        (2, "resumed", "success"),
    ]


@pytest.mark.parametrize(
    ("note", "told"),
    [("", "The call was denied."), ("Too much.", "The call was denied. Too much.")],
)
def test_denied_it_goes_on_without_the_call(schedule: Schedule, note: str, told: str) -> None:
    claimed = running(schedule)
    (asked,) = park(claimed)
    denied = deny(asked, note)
    assert (denied.state, denied.decided_by, denied.decided_at is None) == ("denied", "ann", False)
    assert take(claimed.id).resumed == Resumed(b"so far", {"call-0": told})


def test_what_nobody_decides_in_time_is_denied(schedule: Schedule) -> None:
    claimed = running(schedule)
    asked, other = park(claimed, "pay", "send")
    approve(other)
    assert 86_000 < (agenda.read().approvals or 0) <= 86_400
    assert approvals.expire() == 0
    overdue(asked)
    assert (agenda.read().approvals or 0) < 0
    clear_queue()
    assert approvals.expire() == 1
    assert agenda.read().approvals is None
    assert queued() == [str(claimed.id)]
    asked.refresh_from_db()
    other.refresh_from_db()
    assert (asked.state, other.state) == ("expired", "approved")
    resumed = take(claimed.id).resumed
    assert resumed is not None
    assert resumed.answers == {"call-0": "Nobody approved this call in time.", "call-1": None}


def test_all_calls_have_to_be_decided(schedule: Schedule) -> None:
    claimed = running(schedule)
    first, second = park(claimed, "pay", "send")
    approve(second)
    assert row(claimed.id).state == "waiting"
    deny(first)
    assert row(claimed.id).state == "pending"


def test_an_approval_is_for_one_attempt(make: Make) -> None:
    claimed = running(make(max_attempts=3, retry_backoff_seconds=0))
    approve(park(claimed)[0])
    again = take(claimed.id)
    assert again.resumed
    assert fail(again)
    once_more = take(claimed.id)
    assert (once_more.attempt, once_more.resumed) == (3, None)
    # It asks again.
    (asked,) = park(once_more)
    assert asked.state == "waiting"
    assert Parking.objects.count() == 2


def test_handed_back_before_it_began_it_goes_on_elsewhere(schedule: Schedule) -> None:
    claimed = running(schedule)
    approve(park(claimed)[0])
    for _ in range(2):
        again = take(claimed.id)
        assert again.resumed == Resumed(b"so far", {"call-0": None})
        assert hand_back(again)
    assert succeed(take(claimed.id))
    assert Parking.objects.get().messages is None


@pytest.mark.parametrize("done", [{"llm_calls": 1}, {"tool_calls": 1}])
def test_handed_back_after_that_it_begins_anew(schedule: Schedule, done: dict[str, Any]) -> None:
    claimed = running(schedule)
    approve(park(claimed)[0])
    again = take(claimed.id)
    reason = "handed back"
    outcomes.finish([conclusions.handed_back(again, task(again, **done), reason=reason)])
    assert take(claimed.id).resumed is None
    assert Parking.objects.get().messages is None


def test_of_a_worker_that_was_lost_nobody_knows(make: Make) -> None:
    claimed = running(make(max_attempts=2, retry_backoff_seconds=0))
    approve(park(claimed)[0])
    take(claimed.id)
    set_row(claimed.id, lease_until="now() - interval '1 second'")
    assert recover.recover() == 1
    set_row(claimed.id, not_before="now()")
    assert take(claimed.id).resumed is None
    assert Parking.objects.get().messages is None


def test_a_claim_that_is_rolled_back_takes_nothing(schedule: Schedule) -> None:
    claimed = running(schedule)
    approve(park(claimed)[0])
    with transaction.atomic():
        assert take(claimed.id).resumed
        transaction.set_rollback(True)
    assert take(claimed.id).resumed


def test_a_stale_worker_parks_nothing(schedule: Schedule) -> None:
    claimed = running(schedule)
    assert hand_back(claimed)
    take(claimed.id, "worker-b")
    assert park(claimed) == []
    assert (row(claimed.id).state, Parking.objects.count()) == ("running", 0)
    assert not Notification.objects.exists()


@pytest.mark.parametrize("count", [1, 5])
def test_parking_a_herd_takes_as_many_statements_as_one(
    make: Make, count: int, django_assert_num_queries: Any
) -> None:
    schedule = make(overlap_policy="allow")
    parked = Parked(b"", [AskedCall("call-0", "pay", {})])
    going = [running(schedule) for _ in range(count)]
    with django_assert_num_queries(7):
        outcomes.finish([conclusions.parked(c, task(c), parked) for c in going])
    assert Approval.objects.count() == count


def test_a_cancel_that_comes_first_wins(schedule: Schedule) -> None:
    claimed = running(schedule)
    services.cancel_execution(execution=row(claimed.id))
    assert park(claimed) == []
    assert row(claimed.id).state == "cancelled"
    assert AgentTask.objects.get().state == "cancelled"
    assert not Notification.objects.exists()


def test_cancelled_it_asks_nothing_any_more(schedule: Schedule) -> None:
    claimed = running(schedule)
    (asked,) = park(claimed)
    services.cancel_execution(execution=row(claimed.id))
    asked.refresh_from_db()
    assert asked.state == "withdrawn"
    with pytest.raises(Conflict, match="the call is withdrawn"):
        approve(asked)
    assert row(claimed.id).state == "cancelled"
    assert Parking.objects.get().messages is None
    assert agenda.read().approvals is None


def test_a_budget_that_leaves_nothing_withdraws_what_was_asked(schedule: Schedule) -> None:
    claimed = running(schedule)
    approve(park(claimed)[0])
    limit(schedule, 1)
    assert claims.claim([claimed.id], "worker-a") == []
    assert row(claimed.id).state == "skipped"
    assert Parking.objects.get().messages is None


def test_deciding_the_same_twice_is_fine_and_changing_it_is_not(schedule: Schedule) -> None:
    (asked,) = park(running(schedule))
    approve(asked)
    assert approve(asked).state == "approved"
    with pytest.raises(Conflict, match="the call is approved"):
        deny(asked)
    with pytest.raises(ValidationError):
        deny(asked, "x" * 501)


def test_a_parked_run_counts_as_running(make: Make) -> None:
    schedule = make(overlap_policy="skip")
    claimed = running(schedule)
    park(claimed)
    assert services.run_now(schedule=schedule).state == "skipped"
    services.disable_schedule(schedule=schedule)
    assert row(claimed.id).state == "waiting"
    services.delete_schedule(schedule=schedule)
    assert row(claimed.id).state == "waiting"
    approve(Approval.objects.get())
    assert take(claimed.id).resumed


def test_a_buffered_run_waits_for_a_parked_one(make: Make) -> None:
    schedule = make(overlap_policy="buffer_one")
    claimed = running(schedule)
    park(claimed)
    services.run_now(schedule=schedule)
    assert claims.claim([e.id for e in schedule.executions.all()], "w") == []
    services.cancel_execution(execution=row(claimed.id))
    assert states(schedule) == ["cancelled", "pending"]
    assert row(schedule.executions.latest("id").id).not_before is not None


def test_a_later_run_replaces_a_parked_one(make: Make) -> None:
    schedule = make(overlap_policy="cancel_other")
    claimed = running(schedule)
    (asked,) = park(claimed)
    services.run_now(schedule=schedule)
    asked.refresh_from_db()
    assert (row(claimed.id).state, asked.state) == ("cancelled", "withdrawn")


def test_an_agent_task_keeps_its_id(owner: User, agent: Agent) -> None:
    asked = services.start_agent_task(owner=owner, agent=agent, command="pay")
    claimed = take(Execution.objects.get().id)
    (approval,) = park(claimed, keep_task=True)
    asked.refresh_from_db()
    assert (asked.state, asked.finished_at) == ("waiting", None)
    assert Notification.objects.get().message == "waits for an approval of pay"
    approve(approval)
    again = take(claimed.id)
    assert (again.agent_task_id, again.attempt, bool(again.resumed)) == (asked.pk, 2, True)
    asked.refresh_from_db()
    assert asked.state == "running"


def test_two_who_decide_the_last_two_calls_let_it_go_on(
    schedule: Schedule, connect: Connect
) -> None:
    claimed = running(schedule)
    first, second = park(claimed, "pay", "send")
    one, two = connect(), connect()
    one.begin()
    one.run(approve, first)
    waiting = two.start(approve, second)
    assert somebody_waits()
    one.commit()
    waiting.result(10)
    assert row(claimed.id).state == "pending"


def test_a_decision_and_a_cancel_at_the_same_moment(schedule: Schedule, connect: Connect) -> None:
    claimed = running(schedule)
    (asked,) = park(claimed)
    one, two = connect(), connect()
    one.begin()
    one.run(cancellation.cancel, reason="enough", executions=[claimed.id])
    waiting = two.start(approve, asked)
    assert somebody_waits()
    one.commit()
    with pytest.raises(Conflict):
        waiting.result(10)
    assert row(claimed.id).state == "cancelled"


def test_two_beats_expire_each_once(schedule: Schedule, connect: Connect) -> None:
    (asked,) = park(running(schedule))
    overdue(asked)
    one, two = connect(), connect()
    one.begin()
    assert one.run(approvals.expire) == 1
    assert two.run(approvals.expire) == 0
    one.commit()


def test_recovery_leaves_it_alone(schedule: Schedule) -> None:
    claimed = running(schedule)
    park(claimed)
    set_row(claimed.id, started_at="now() - interval '2 days'")
    assert (recover.recover(), recover.republish()) == (0, 0)
    assert row(claimed.id).state == "waiting"


def test_the_database_keeps_what_is_decided_and_when_together(schedule: Schedule) -> None:
    park(running(schedule))
    with pytest.raises(IntegrityError):
        Approval.objects.update(state="approved")
