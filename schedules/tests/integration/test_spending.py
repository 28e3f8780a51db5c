"""What attempts have spent is added up in the transaction that ends them, once."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agents.models import Agent, Spending
from schedules import conclusions, db, outcomes, recover, services
from schedules.claims import Claimed
from schedules.models import Execution, Schedule
from schedules.tests.integration.connections import OtherConnection, somebody_waits
from schedules.tests.integration.scenes import (
    fail,
    hand_back,
    row,
    running,
    set_row,
    succeed,
    take,
    task,
)

pytestmark = pytest.mark.django_db(transaction=True)
Make = Callable[..., Schedule]
SPENT: dict[str, Any] = {"model": "m", "input_tokens": 5, "output_tokens": 7, "llm_calls": 1}
ALL = SPENT | {"cached_tokens": 2, "reasoning_tokens": 3, "tool_calls": 4, "cost": Decimal("0.25")}


def only() -> dict[str, Any]:
    (found,) = Spending.objects.values()
    return {name: value for name, value in found.items() if name not in ("id", "hour")}


def test_a_run_is_charged_to_its_owner_schedule_model_and_hour(schedule: Schedule) -> None:
    assert succeed(running(schedule), **ALL)
    assert only() == ALL | {
        "owner_id": schedule.owner_id,
        "schedule_id": schedule.pk,
        "runs": 1,
        "unpriced_runs": 0,
        "estimated_tokens": 0,
        "estimated_cost": 0,
    }
    hour = Spending.objects.get().hour
    assert hour == db.now().replace(minute=0, second=0, microsecond=0)


def test_runs_of_one_hour_are_added_up_those_of_another_are_not(schedule: Schedule) -> None:
    for _ in range(2):
        assert succeed(running(schedule), **ALL)
    assert (only()["runs"], only()["input_tokens"], only()["cost"]) == (2, 10, Decimal("0.5"))
    db.fetch("UPDATE agents_spending SET hour = hour - interval '1 hour'")
    assert succeed(running(schedule), **(ALL | {"model": "n"}))
    assert succeed(running(schedule), **ALL)
    assert sorted(Spending.objects.values_list("model", "runs")) == [("m", 1), ("m", 2), ("n", 1)]


def cancel(claimed: Claimed) -> None:
    services.cancel_execution(execution=row(claimed.id))
    outcomes.finish([conclusions.cancelled(claimed, task(claimed, **SPENT))])


@pytest.mark.parametrize(
    "end",
    [
        lambda claimed: succeed(claimed, **SPENT),
        lambda claimed: fail(claimed, **SPENT),
        lambda claimed: fail(claimed, retryable=False, **SPENT),
        cancel,
        lambda claimed: outcomes.finish(
            [conclusions.handed_back(claimed, task(claimed, **SPENT), reason="shutting down")]
        ),
    ],
    ids=["success", "retry", "failed", "cancelled", "handed back"],
)
def test_every_attempt_counts_however_it_ends(make: Make, end: Callable[[Claimed], Any]) -> None:
    end(running(make(max_attempts=2)))
    assert (only()["runs"], only()["output_tokens"]) == (1, 7)


def test_an_attempt_that_spent_nothing_leaves_no_row(make: Make) -> None:
    assert succeed(running(make()))
    assert hand_back(running(make()))
    set_row(running(make()).id, lease_until="now() - interval '1 second'")
    assert recover.recover() == 1
    assert not Spending.objects.exists()


def test_what_the_fence_refuses_is_not_charged(make: Make) -> None:
    claimed = running(make(max_attempts=3, retry_backoff_seconds=0))
    assert fail(claimed, **SPENT)
    take(claimed.id)
    assert not succeed(claimed, **SPENT)
    assert only()["runs"] == 1


def test_runs_without_a_known_price_are_counted_apart(schedule: Schedule) -> None:
    assert succeed(running(schedule), **(ALL | {"cost": None}))
    assert succeed(running(schedule), **ALL)
    assert (only()["cost"], only()["unpriced_runs"], only()["runs"]) == (Decimal("0.25"), 1, 2)


def test_an_agent_task_of_its_own_is_charged_to_no_schedule(owner: User, agent: Agent) -> None:
    services.start_agent_task(owner=owner, agent=agent, command="look")
    assert succeed(take(Execution.objects.get().id), **SPENT)
    assert only()["schedule_id"] == 0


def test_a_deleted_schedule_is_still_charged_and_keeps_its_spending(schedule: Schedule) -> None:
    number, first = schedule.pk, running(schedule)
    assert succeed(first, **SPENT)
    claimed = running(schedule)
    services.delete_schedule(schedule=schedule)
    assert succeed(claimed, **SPENT)
    assert (only()["schedule_id"], only()["runs"]) == (number, 2)


def test_a_batch_is_charged_in_one_statement(make: Make) -> None:
    counts = []
    for size in (1, 10):
        runs = [running(make()) for _ in range(size)]
        given = [conclusions.succeeded(run, task(run, **SPENT)) for run in runs]
        with CaptureQueriesContext(connection) as captured:
            assert len(outcomes.finish(given)) == size
        counts.append(len(captured))
    assert counts[0] == counts[1]
    assert Spending.objects.count() == 11


def test_batches_that_charge_the_same_rows_take_them_in_one_order(
    owner: User, agent: Agent, connect: Callable[[], OtherConnection]
) -> None:
    """Whatever the order of the batch, whoever waits for the last row has all the others."""
    models = list("zgfedcba")

    def batch() -> list[conclusions.Conclusion]:
        for _ in models:
            services.start_agent_task(owner=owner, agent=agent, command="look")
        free = Execution.objects.filter(state="pending").values_list("id", flat=True)
        taken = zip([take(execution) for execution in free], models, strict=True)
        return [conclusions.succeeded(c, task(c, **(SPENT | {"model": m}))) for c, m in taken]

    outcomes.finish(batch())
    somebody, clerk = connect(), connect()
    somebody.lock("agents_spending", Spending.objects.get(model="z").pk)
    finishing = clerk.start(outcomes.finish, batch())
    assert somebody_waits()
    free = db.fetch("SELECT model FROM agents_spending FOR UPDATE SKIP LOCKED")
    assert free == []
    somebody.commit()
    assert len(finishing.result(10)) == len(models)
    assert set(Spending.objects.values_list("model", "runs")) == {(m, 2) for m in models}
