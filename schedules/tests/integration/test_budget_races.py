"""Budgets when many ask at the same moment: never exceeded, and nobody waits in a circle."""

from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from decimal import Decimal
from threading import Barrier
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Sum

from agents.models import Agent, Budget, Spending
from scheduler_project.errors import Conflict
from schedules import claims, conclusions, db, outcomes, services
from schedules.claims import Claimed
from schedules.models import Execution, Schedule
from schedules.tests.integration.connections import (
    OtherConnection,
    keeps_trying,
    somebody_waits,
)
from schedules.tests.integration.money import limit, stands
from schedules.tests.integration.scenes import (
    claim,
    finish,
    pending,
    running,
    states,
    succeed,
    take,
    task,
)

pytestmark = pytest.mark.django_db(transaction=True)
Make = Callable[..., Schedule]
Connect = Callable[[], OtherConnection]
FIRST_CALL = 259


def together(workers: list[OtherConnection], work: Callable[[int], Any]) -> list[Any]:
    """All at the same moment, each with its number; a deadlock fails."""
    barrier = Barrier(len(workers))

    def begin(number: int) -> Any:
        db.now()
        barrier.wait()
        return work(number)

    results: list[Future[Any]] = [w.start(begin, n) for n, w in enumerate(workers)]
    return [result.result(30) for result in results]


def test_fifty_runs_that_start_together_never_overshoot(make: Make, connect: Connect) -> None:
    schedules = [make(overlap_policy="allow") for _ in range(10)]
    budget = limit(schedules[0], 10 * FIRST_CALL, whole=True)
    ids = [pending(schedule).id for schedule in schedules for _ in range(5)]
    workers = [connect() for _ in range(5)]

    def claim_mine(number: int) -> list[Claimed]:
        mine = ids[number::5]
        return [c for first in range(0, 10, 2) for c in claim(mine[first : first + 2], "w")]

    going = [claimed for found in together(workers, claim_mine) for claimed in found]
    limits = [claimed.max_tokens or 0 for claimed in going]
    assert len(going) == 5
    assert sum(limits) == 10 * FIRST_CALL
    assert Execution.objects.filter(state="skipped").count() == 45
    assert stands(budget) == (0, 10 * FIRST_CALL)
    for claimed, most in zip(going, limits, strict=True):
        assert succeed(claimed, input_tokens=most)
    assert stands(budget) == (10 * FIRST_CALL, 0)


def test_starts_and_ends_that_meet_never_overshoot(make: Make, connect: Connect) -> None:
    schedules = [make(overlap_policy="allow") for _ in range(4)]
    budget = limit(schedules[0], 5_000, whole=True)
    ids = [pending(schedule).id for schedule in schedules for _ in range(15)]
    workers = [connect() for _ in range(4)]

    def work(number: int) -> int:
        """Runs start, and end having spent their limit or next to nothing."""
        done = 0
        for place, execution in enumerate(ids[number::4]):
            for claimed in claim([execution], "w"):
                most = claimed.max_tokens or 0
                done += succeed(claimed, input_tokens=most if place % 3 == 0 else 1)
        return done

    finished = sum(together(workers, work))
    counts = Execution.objects.filter(state="success")
    total = counts.aggregate(total=Sum("input_tokens"))["total"]
    assert finished == counts.count() > 0
    assert stands(budget) == (total, 0)
    assert total <= 5_000


def test_the_second_waits_and_sees_what_the_first_holds_back(make: Make, connect: Connect) -> None:
    one, other = make(), make()
    limit(one, 2 * FIRST_CALL, whole=True)
    first, second = pending(one).id, pending(other).id
    slow, fast = connect(), connect()
    slow.begin()
    assert len(slow.run(claims.claim, [first], "a")) == 1
    waiting = fast.start(claim, [second], "b")
    assert keeps_trying(waiting)
    slow.commit()
    assert waiting.result(10) == []
    assert states(other) == ["skipped"]


def test_a_claim_that_is_undone_holds_nothing_back(make: Make, connect: Connect) -> None:
    one, other = make(), make()
    limit(one, 2 * FIRST_CALL, whole=True)
    first, second = pending(one).id, pending(other).id
    slow, fast = connect(), connect()
    slow.begin()
    assert len(slow.run(claims.claim, [first], "a")) == 1
    waiting = fast.start(claim, [second], "b")
    assert keeps_trying(waiting)
    slow.run(transaction.rollback)
    assert len(waiting.result(10)) == 1


def test_an_end_does_not_wait_for_a_claim_of_the_same_budget(make: Make, connect: Connect) -> None:
    one, other = make(), make()
    budget = limit(one, 100_000, whole=True)
    claimed = running(one)
    slow = connect()
    slow.begin()
    assert len(slow.run(claims.claim, [pending(other).id], "a")) == 1
    db.fetch("SET lock_timeout = '5s'")
    assert succeed(claimed, input_tokens=5)
    slow.commit()
    assert stands(budget)[0] == 5


def test_a_pause_by_a_claim_and_an_end_meet_in_line(make: Make, connect: Connect) -> None:
    """The claim has an execution and wants the schedule; the finish has it and wants those."""
    schedule = make(overlap_policy="allow", pause_after_failures=1)
    ending, waiting = running(schedule), pending(schedule)
    limit(schedule, 10, action="pause")
    worker, other = connect(), connect()
    worker.begin()
    assert worker.run(claims.claim, [waiting.id], "a") == []
    failed = conclusions.failed(ending, task(ending), retryable=False)
    finishing = other.start(finish, failed)
    assert keeps_trying(finishing)
    worker.commit()
    assert finishing.result(10) == {ending.id}
    schedule.refresh_from_db()
    assert not schedule.enabled
    assert "budget" in schedule.note
    assert sorted(states(schedule)) == ["failed", "skipped"]


def test_a_finish_that_pauses_and_a_claim_meet_in_line(make: Make, connect: Connect) -> None:
    schedule = make(overlap_policy="allow", pause_after_failures=1)
    ending, waiting = running(schedule), pending(schedule)
    limit(schedule, 10, action="pause")
    worker, other = connect(), connect()
    worker.begin()
    failed = conclusions.failed(ending, task(ending), retryable=False)
    assert worker.run(outcomes.finish, [failed]) == {ending.id}
    claiming = other.start(claim, [waiting.id], "a")
    assert keeps_trying(claiming)
    worker.commit()
    assert claiming.result(10) == []
    assert sorted(states(schedule)) == ["cancelled", "failed"]


def test_a_deletion_and_a_claim_meet_in_line(make: Make, connect: Connect) -> None:
    """The deletion has the schedule and wants its budgets, which the claim has."""
    schedule, other = make(), make()
    limit(schedule, 10)
    limit(other, 10_000, whole=True)
    waiting = pending(schedule)
    worker, clerk = connect(), connect()
    worker.begin()
    assert worker.run(claims.claim, [waiting.id], "a") == []
    deleting = clerk.start(services.delete_schedule, schedule=schedule)
    assert somebody_waits()
    worker.commit()
    deleting.result(10)
    assert list(Budget.objects.values_list("schedule_id", flat=True)) == [None]


def test_a_budget_is_not_left_behind_by_a_deletion_that_comes_first(
    make: Make, owner: User, connect: Connect
) -> None:
    schedule, clerk = make(), connect()
    number = schedule.pk
    clerk.begin()
    clerk.run(services.delete_schedule, schedule=schedule)
    fields = {"schedule_id": number, "unit": "tokens", "period": "day", "amount": Decimal(5)}
    second = connect()
    creating = second.start(services.create_budget, owner=owner, fields=fields)
    assert somebody_waits()
    clerk.commit()
    with pytest.raises(Exception, match="no schedule with the id"):
        creating.result(10)
    assert not Budget.objects.exists()


def test_claims_pauses_ends_and_cancels_never_wait_in_a_circle(
    make: Make, owner: User, agent: Agent, connect: Connect
) -> None:
    """All that takes these locks, again and again, on the same few rows."""
    schedules = [make(overlap_policy="buffer_all", pause_after_failures=2) for _ in range(3)]
    for schedule in schedules:
        limit(schedule, 2_000, action="pause")
    limit(schedules[0], 6_000, whole=True)
    limit(schedules[0], 1, whole=True, action="alert")
    workers = [connect() for _ in range(5)]

    def claim_and_end(number: int) -> None:
        for turn in range(12):
            free = Execution.objects.filter(state="pending").order_by("?")
            found = claim(list(free.values_list("id", flat=True)[:4]), f"worker-{number}")
            ends: Any = [conclusions.succeeded, conclusions.failed][turn % 2]
            facts: dict[str, Any] = {"retryable": False} if turn % 2 else {}
            finish(*[ends(c, task(c, input_tokens=50), **facts) for c in found])

    def start_and_stop(number: int) -> None:
        for turn in range(12):
            schedule = schedules[(turn + number) % 3]
            services.enable_schedule(schedule=schedule)
            execution = services.run_now(schedule=schedule)
            services.start_agent_task(owner=owner, agent=agent, command="look")
            if turn % 3 == 0:
                with suppress(Conflict):
                    services.cancel_execution(execution=execution)

    def work(number: int) -> None:
        (start_and_stop if number < 2 else claim_and_end)(number)

    together(workers, work)
    whole = Budget.objects.get(schedule_id=None, action="skip")
    assert stands(whole) == (Spending.objects.aggregate(total=Sum("input_tokens"))["total"], 0)
    assert 0 < stands(whole)[0] <= 6_000


def test_a_run_that_somebody_is_writing_to_is_left_alone(make: Make, connect: Connect) -> None:
    schedule, other = make(), connect()
    limit(schedule, 10_000)
    execution = pending(schedule)
    other.lock("schedules_execution", execution.id)
    db.fetch("SET lock_timeout = '5s'")
    assert claims.claim([execution.id], "worker-a") == []
    other.commit()
    assert take(execution.id).max_tokens == 2 * FIRST_CALL
