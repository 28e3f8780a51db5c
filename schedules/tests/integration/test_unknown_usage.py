"""Where nobody knows what an attempt has spent, budgets take what they held back for spent."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from pytest_django import Settings

from agents.models import Agent, AgentTask, Spending
from schedules import claims, db, recover, services
from schedules.claims import Claimed
from schedules.models import Schedule
from schedules.tests.integration.money import limit, stands
from schedules.tests.integration.scenes import (
    fail,
    pending,
    row,
    running,
    set_row,
    succeed,
    take,
)

pytestmark = pytest.mark.django_db(transaction=True)
Make = Callable[..., Schedule]
HELD = 2 * (3 + 256)
MODEL = "openai:priced"


@pytest.fixture
def priced(agent: Agent, settings: Settings) -> None:
    """The agent's model has a price: of a first call $0.000259."""
    settings.MODEL_PRICES = {MODEL: {"input": Decimal(1), "output": Decimal(1)}}
    Agent.objects.filter(pk=agent.pk).update(model=MODEL)


def given_up(claimed: Claimed, column: str = "lease_until") -> None:
    set_row(claimed.id, **{column: "now() - interval '1 second'"})
    assert recover.recover() == 1


@pytest.mark.parametrize("column", ["lease_until", "deadline_at"])
def test_a_lost_worker_has_spent_what_was_held_back(make: Make, column: str) -> None:
    budget = limit(schedule := make(), 10_000)
    claimed = running(schedule)
    given_up(claimed, column)
    assert stands(budget) == (HELD, 0)
    assert (row(claimed.id).estimated_tokens, row(claimed.id).input_tokens) == (HELD, 0)
    assert (AgentTask.objects.get().input_tokens, Spending.objects.get().runs) == (0, 1)


def test_who_kills_its_worker_comes_to_the_end_of_its_budget(make: Make) -> None:
    schedule = make()
    limit(schedule, 3 * HELD)
    for _ in range(3):
        given_up(running(schedule))
    assert claims.claim([pending(schedule).id], "worker-a") == []


def test_a_lost_run_that_was_to_be_cancelled_counts_as_well(make: Make) -> None:
    budget = limit(schedule := make(), 10_000)
    claimed = running(schedule)
    services.cancel_execution(execution=row(claimed.id))
    given_up(claimed)
    assert row(claimed.id).state == "cancelled"
    assert stands(budget) == (HELD, 0)


def test_a_worker_that_was_only_slow_is_charged_once(make: Make) -> None:
    budget = limit(schedule := make(), 10_000)
    claimed = running(schedule)
    given_up(claimed)
    assert not succeed(claimed, input_tokens=400)
    assert stands(budget) == (HELD, 0)


def test_of_a_budget_for_each_run_lost_attempts_are_spent(make: Make) -> None:
    schedule = make(max_attempts=2, retry_backoff_seconds=0)
    limit(schedule, 1_000, period="run")
    limit(schedule, 10_000)
    claimed = running(schedule)
    assert claimed.max_tokens == HELD
    given_up(claimed)
    set_row(claimed.id, not_before="now()")
    assert take(claimed.id).max_tokens == 1_000 - HELD


def test_without_budgets_a_lost_worker_has_spent_nothing_that_is_known(make: Make) -> None:
    claimed = running(make())
    given_up(claimed)
    assert (row(claimed.id).estimated_tokens, row(claimed.id).estimated_cost) == (0, 0)
    assert not Spending.objects.exists()


@pytest.mark.usefixtures("priced")
def test_a_cost_that_is_not_known_is_what_was_held_back(schedule: Schedule) -> None:
    budget = limit(schedule, "0.01", unit="dollars")
    claimed = running(schedule)
    assert succeed(claimed, cost=None, llm_calls=1, model=MODEL)
    assert stands(budget) == (Decimal("0.000518"), 0)
    assert (row(claimed.id).cost, row(claimed.id).estimated_cost) == (None, Decimal("0.000518"))
    spent = Spending.objects.get()
    assert (spent.cost, spent.unpriced_runs) == (0, 1)
    assert spent.estimated_cost == Decimal("0.000518")


@pytest.mark.usefixtures("priced")
def test_providers_that_never_say_come_to_the_end_of_a_budget(schedule: Schedule) -> None:
    limit(schedule, "0.001", unit="dollars")
    assert succeed(running(schedule), cost=None, llm_calls=1)
    assert succeed(running(schedule), cost=None, llm_calls=1)
    assert claims.claim([pending(schedule).id], "worker-a") == []


def test_without_budgets_a_cost_that_is_not_known_stays_so(schedule: Schedule) -> None:
    assert succeed(running(schedule), cost=None, llm_calls=1)
    spent = Spending.objects.get()
    assert (spent.cost, spent.estimated_cost, spent.unpriced_runs) == (0, 0, 1)


@pytest.mark.usefixtures("priced")
@pytest.mark.parametrize("end", [succeed, fail])
def test_what_the_run_itself_has_estimated_counts_beside_what_is_known(
    make: Make, end: Callable[..., Any]
) -> None:
    schedule = make(max_attempts=2, retry_backoff_seconds=0)
    tokens, dollars = limit(schedule, 10_000), limit(schedule, 1, unit="dollars")
    limit(schedule, 1_000, period="run")
    amounts = {"input_tokens": 5, "cost": Decimal("0.25")}
    estimates = {"estimated_tokens": 100, "estimated_cost": Decimal("0.5")}
    claimed = running(schedule)
    assert end(claimed, **amounts, **estimates)
    assert (stands(tokens), stands(dollars)) == ((105, 0), (Decimal("0.75"), 0))
    assert (row(claimed.id).input_tokens, row(claimed.id).estimated_tokens) == (5, 100)
    assert db.fetch("SELECT input_tokens, cost FROM agents_agenttask") == [(5, Decimal("0.25"))]
    found = Spending.objects.get()
    assert (found.cost, found.estimated_cost) == (Decimal("0.25"), Decimal("0.5"))


def test_estimates_of_earlier_attempts_count_for_each_run(make: Make) -> None:
    schedule = make(max_attempts=2, retry_backoff_seconds=0)
    limit(schedule, 1_000, period="run")
    claimed = running(schedule)
    assert fail(claimed, input_tokens=300, estimated_tokens=300)
    assert take(claimed.id).max_tokens == 400
