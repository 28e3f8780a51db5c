"""The largest budgets that can be given: runs start, end and get lost under them."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User
from pytest_django import Settings

from agents.models import Agent, Budget, Spending
from schedules import recover, services
from schedules.models import Schedule
from schedules.services.budgets import HIGHEST
from schedules.tests.integration.money import stands
from schedules.tests.integration.scenes import fail, row, running, set_row, succeed, take

pytestmark = pytest.mark.django_db(transaction=True)
Make = Callable[..., Schedule]
ACTIONS, PERIODS = ("skip", "alert"), ("run", "day", "month")


@pytest.fixture(autouse=True)
def _priced(agent: Agent, settings: Settings) -> None:
    settings.MODEL_PRICES = {"openai:priced": {"input": Decimal(1), "output": Decimal(1)}}
    Agent.objects.filter(pk=agent.pk).update(model="openai:priced")


@pytest.fixture(params=["tokens", "dollars"])
def unit(request: Any) -> str:
    return str(request.param)


def give(owner: User, unit: str, period: str, action: str = "skip") -> Budget:
    fields = {"unit": unit, "period": period, "action": action, "amount": HIGHEST}
    return services.create_budget(owner=owner, fields=fields)


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("period", PERIODS)
def test_a_run_starts_and_ends(
    make: Make, owner: User, unit: str, period: str, action: str
) -> None:
    give(owner, unit, period, action)
    assert succeed(running(make()), input_tokens=1, cost=Decimal(1))


def test_runs_that_are_lost_spend_the_largest_budget(make: Make, owner: User, unit: str) -> None:
    schedule = make(max_attempts=3, retry_backoff_seconds=0)
    budgets = [give(owner, unit, period) for period in PERIODS]
    claimed = running(schedule)
    for _ in range(2):
        set_row(claimed.id, lease_until="now() - interval '1 second'")
        assert recover.recover() == 1
        set_row(claimed.id, not_before="now()")
        claimed = take(claimed.id)
    spent, reserved = stands(budgets[1])
    assert spent > HIGHEST / 26
    assert reserved > HIGHEST / 60


def test_all_of_the_largest_budget_can_be_spent(make: Make, owner: User) -> None:
    schedule = make(max_attempts=2, retry_backoff_seconds=0)
    budgets = [give(owner, unit, "day", "alert") for unit in ("tokens", "dollars")]
    for _ in range(2):
        claimed = running(schedule)
        half = {"estimated_cost": HIGHEST / 2, "estimated_tokens": int(HIGHEST / 2)}
        assert fail(claimed, retryable=False, **half)
    assert [stands(budget)[0] for budget in budgets] == [HIGHEST, HIGHEST]
    assert row(claimed.id).estimated_cost == HIGHEST / 2
    assert Spending.objects.get().estimated_cost == HIGHEST
